/**
 * A port that nobody listens on: one of those that are given to root alone and to no purpose today (tcpmux), and never to
 * who asks for any free one.
 */
export const NOBODY = 1;
