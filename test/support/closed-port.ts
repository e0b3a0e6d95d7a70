/**
 * A port on which no program listens. It is the port of tcpmux: only root can use it, and the kernel never assigns it as a
 * free port.
 */
export const CLOSED_PORT = 1;
