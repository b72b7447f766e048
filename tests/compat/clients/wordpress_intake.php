<?php
// Drives examples/rejoinder-intake.php on a real WordPress and prints what becomes of its comments.
// Arguments: the folder of WordPress, and "comment" author text, "again", or "event" headers body.
error_reporting( E_ERROR );
ini_set( 'display_errors', '0' );
list( , $folder, $task, $first, $second ) = $argv + array( 3 => '', 4 => '' );
$_SERVER += array( 'HTTP_HOST' => 'blog.example', 'SERVER_NAME' => 'blog.example', 'REQUEST_URI' => '/',
	'REQUEST_METHOD' => 'POST', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REMOTE_ADDR' => '192.0.2.7' );
require $folder . '/wp-load.php';
error_reporting( E_ERROR );
add_filter( 'pre_wp_mail', '__return_true' );
add_filter( 'wp_is_comment_flood', '__return_false', 999 );
$said = array();
if ( 'comment' === $task ) {
	$said['new'] = wp_new_comment( array( 'comment_post_ID' => 1, 'comment_author' => $first, 'comment_type' => 'comment',
		'comment_author_email' => 'rita@reader.example', 'comment_author_url' => '', 'comment_content' => $second,
		'comment_parent' => 0, 'user_ID' => 0 ), true );
} elseif ( 'again' === $task ) {
	do_action( 'rejoinder_send_again' );
} else {
	$request = new WP_REST_Request( 'POST', '/rejoinder/v1/event' );
	$request->set_headers( json_decode( $first, true ) );
	$request->set_body( $second );
	$said['answer'] = rest_do_request( $request )->get_status();
}
foreach ( get_comments( array( 'status' => 'any', 'author_email' => 'rita@reader.example', 'order' => 'ASC' ) ) as $comment ) {
	$said['comments'][] = array( wp_get_comment_status( $comment ), get_comment_meta( $comment->comment_ID, 'rejoinder_id', true ) );
}
echo json_encode( $said );
