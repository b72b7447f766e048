<?php
// Comments on a real WordPress with the real Akismet plugin, and prints what becomes of each comment.
// Arguments: the folder of WordPress, "install", or "try" and the key.
error_reporting( E_ERROR );
ini_set( 'display_errors', '0' );
[ , $folder, $task, $key ] = $argv + array( 3 => '' );
foreach ( array( 'HTTP_HOST' => 'blog.example', 'SERVER_NAME' => 'blog.example', 'REQUEST_URI' => '/wp-comments-post.php',
	'REQUEST_METHOD' => 'POST', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REMOTE_ADDR' => '192.0.2.7',
	'HTTP_USER_AGENT' => 'Mozilla/5.0' ) as $name => $value ) {
	$_SERVER[ $name ] = $value;
}
if ( 'install' === $task ) {
	define( 'WP_INSTALLING', true );
}
require $folder . '/wp-load.php';
error_reporting( E_ERROR );
add_filter( 'pre_wp_mail', '__return_true' );
if ( 'install' === $task ) {
	require ABSPATH . 'wp-admin/includes/upgrade.php';
	wp_install( 'Blog', 'admin', 'admin@blog.example', true, '', 'secret' );
	update_option( 'active_plugins', array( 'akismet/akismet.php' ) );
	foreach ( array( 'comment_previously_approved', 'comment_moderation', 'comments_notify', 'moderation_notify' ) as $name ) {
		update_option( $name, 0 );
	}
	exit;
}
require WP_PLUGIN_DIR . '/akismet/class.akismet-admin.php';
update_option( 'wordpress_api_key', $key );
Akismet::init();
add_filter( 'wp_is_comment_flood', '__return_false', 999 );
$said = array( 'right key' => Akismet::verify_key( $key ), 'wrong key' => Akismet::verify_key( '0123456789ab' ) );
$ids  = array();
foreach ( array( 'Rita' => 'Thank you, the bread turned out well.', 'Ben' => 'Come and see my held-word.',
	'viagra-test-123' => 'A word.', 'Ann' => 'Take the forbidden-word now.' ) as $author => $text ) {
	$ids[ $author ] = wp_new_comment( array( 'comment_post_ID' => 1, 'comment_author' => $author,
		'comment_author_email' => md5( $author ) . '@reader.example', 'comment_author_url' => '',
		'comment_content' => $text, 'comment_type' => 'comment', 'comment_parent' => 0, 'user_ID' => 0 ), true );
	$said[ $author ] = array( wp_get_comment_status( $ids[ $author ] ), get_comment_meta( $ids[ $author ], 'akismet_pro_tip', true ) );
}
Akismet::recheck_comment( $ids['Ben'] );
$said['Ben, checked again'] = wp_get_comment_status( $ids['Ben'] );
add_comment_meta( $ids['Ben'], 'akismet_error', time() );
Akismet::cron_recheck();
$said['Ben, after an outage'] = wp_get_comment_status( $ids['Ben'] );
wp_set_current_user( 1 );
$_POST = array( 'spam' => 1 );
wp_spam_comment( $ids['Rita'] );
$_POST = array( 'unspam' => 1 );
wp_set_comment_status( $ids['Ann'], 'approve' );
$said['account'] = Akismet_Admin::get_akismet_user( $key )->status;
$said['spam']    = Akismet_Admin::get_stats( $key )['all']->spam;
$said['connected'] = Akismet_Admin::check_server_connectivity();
echo json_encode( $said );
