/*
 * Where other modules add to the comments and the form. Each pushes a function when it is loaded:
 *
 *   rowParts.push((widget, comment, item) => element or nothing)    a control beside "Reply"
 *   formParts.push((widget, form) => ({ node, read() }) or nothing)   a control above the button; read() gives fields,
 *     and offer(answer), if it has one, gets what the server says of the form
 */
export const rowParts = [];
export const formParts = [];
