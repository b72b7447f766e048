<?php
/*
 * Plugin Name: Comments through Rejoinder
 * Description: Sends every new comment to Rejoinder, holds it here, and publishes it once Rejoinder says so.
 *
 * Copy it into wp-content/mu-plugins/. wp-config.php defines RJ_URL, RJ_SITE, RJ_KEY (scope
 * `submit`) and RJ_WEBHOOK_SECRET; docs/recipes.md says how to get them.
 */
defined( 'ABSPATH' ) || exit;

const REJOINDER_LATEST_S = 300; // an event that is older may have been copied
const REJOINDER_UNSENT   = 'rejoinder_unsent';

// Hold what readers write. Spam, trash and errors stay what they are, and so does what moderators write themselves.
add_filter(
	'pre_comment_approved',
	function ( $approved, $comment ) {
		$is_ours = rejoinder_is_comment( $comment['comment_type'] ) && ! current_user_can( 'moderate_comments' );
		return $is_ours && in_array( $approved, array( 0, 1, '0', '1' ), true ) ? 0 : $approved;
	},
	99,
	2
);

add_action( 'comment_post', 'rejoinder_send' );
add_action( 'rejoinder_send_again', 'rejoinder_send_again' );
add_action( 'init', 'rejoinder_schedule' );
add_action( 'rest_api_init', 'rejoinder_register' );

function rejoinder_is_comment( $type ) {
	return '' === (string) $type || 'comment' === $type;
}

function rejoinder_schedule() {
	if ( ! wp_next_scheduled( 'rejoinder_send_again' ) ) {
		wp_schedule_event( time(), 'hourly', 'rejoinder_send_again' );
	}
}

// What could not be sent stays pending, and is tried again every hour.
function rejoinder_send_again() {
	$unsent = get_comments( array( 'status' => 'hold', 'meta_key' => REJOINDER_UNSENT, 'number' => 100, 'order' => 'ASC' ) );
	foreach ( $unsent as $comment ) {
		rejoinder_send( $comment->comment_ID );
	}
}

function rejoinder_send( $id ) {
	$comment = get_comment( $id );
	if ( '0' !== $comment->comment_approved || ! rejoinder_is_comment( $comment->comment_type ) ) {
		return;
	}
	update_comment_meta( $id, REJOINDER_UNSENT, 1 );
	$answer = wp_remote_post(
		RJ_URL . '/v1/sites/' . rawurlencode( RJ_SITE ) . '/comments',
		array(
			'headers' => array(
				'Content-Type'    => 'application/json',
				'Authorization'   => 'Bearer ' . RJ_KEY,
				'Idempotency-Key' => 'wordpress-' . get_current_blog_id() . '-' . $id,
			),
			'body'    => wp_json_encode( rejoinder_fields( $comment ) ),
			'timeout' => 10,
		)
	);
	$said = json_decode( wp_remote_retrieve_body( $answer ), true );
	if ( 202 === wp_remote_retrieve_response_code( $answer ) && isset( $said['id'] ) ) {
		update_comment_meta( $id, 'rejoinder_id', $said['id'] );
		delete_comment_meta( $id, REJOINDER_UNSENT );
	}
}

function rejoinder_fields( $comment ) {
	$page   = get_permalink( $comment->comment_post_ID );
	$parent = $comment->comment_parent ? get_comment_meta( $comment->comment_parent, 'rejoinder_id', true ) : '';
	return array_filter(
		array(
			'name'    => $comment->comment_author,
			'email'   => $comment->comment_author_email,
			'website' => $comment->comment_author_url,
			'body'    => rejoinder_text( $comment->comment_content ),
			'parent'  => $parent,
			'thread'  => array(
				'key'   => wp_make_link_relative( $page ),
				'url'   => $page,
				'title' => rejoinder_text( get_the_title( $comment->comment_post_ID ) ),
			),
		)
	);
}

function rejoinder_text( $html ) {
	return html_entity_decode( wp_strip_all_tags( $html ), ENT_QUOTES | ENT_HTML5, 'UTF-8' );
}

function rejoinder_register() {
	register_rest_route(
		'rejoinder/v1',
		'/event',
		array(
			'methods'             => 'POST',
			'callback'            => 'rejoinder_event',
			'permission_callback' => 'rejoinder_is_signed',
		)
	);
}

function rejoinder_is_signed( $request ) {
	$id   = (string) $request->get_header( 'webhook-id' );
	$time = (string) $request->get_header( 'webhook-timestamp' );
	$key  = base64_decode( substr( RJ_WEBHOOK_SECRET, strlen( 'whsec_' ) ) );
	$ours = 'v1,' . base64_encode( hash_hmac( 'sha256', $id . '.' . $time . '.' . $request->get_body(), $key, true ) );
	if ( abs( time() - (int) $time ) > REJOINDER_LATEST_S ) {
		return false;
	}
	foreach ( explode( ' ', (string) $request->get_header( 'webhook-signature' ) ) as $signature ) {
		if ( hash_equals( $ours, $signature ) ) {
			return true;
		}
	}
	return false;
}

// Events come in no particular order, and perhaps twice: the one with the highest revision counts.
function rejoinder_event( $request ) {
	$event = $request->get_json_params();
	$data  = isset( $event['data'] ) ? $event['data'] : array();
	if ( empty( $data['id'] ) || ! isset( $data['revision'] ) ) {
		return new WP_REST_Response( null, 204 );
	}
	$found = get_comments( array( 'meta_key' => 'rejoinder_id', 'meta_value' => $data['id'], 'status' => 'any' ) );
	if ( ! $found ) {
		// The answer to the submission may still be on its way. Rejoinder tries again in a few seconds.
		$is_new = time() - strtotime( $event['timestamp'] ) < REJOINDER_LATEST_S;
		return new WP_REST_Response( null, $is_new ? 503 : 204 );
	}
	$id = $found[0]->comment_ID;
	if ( (int) get_comment_meta( $id, 'rejoinder_revision', true ) < (int) $data['revision'] ) {
		update_comment_meta( $id, 'rejoinder_revision', (int) $data['revision'] );
		wp_set_comment_status( $id, rejoinder_status( $data ) );
	}
	return new WP_REST_Response( null, 204 );
}

function rejoinder_status( $data ) {
	if ( 'rejected' === $data['status'] ) {
		return 'spam' === $data['reason'] ? 'spam' : 'trash';
	}
	return 'approved' === $data['status'] ? 'approve' : 'hold';
}
