/*
 * Where other modules add to the comments and the form. Each pushes a function when it is loaded:
 *
 *   rowParts.push((widget, comment, item) => element or nothing)    a control beside "Reply"
 *   formParts.push((widget) => ({ node, read() }) or nothing)       a control above the button; read() gives fields
 */
export const rowParts = [];
export const formParts = [];
