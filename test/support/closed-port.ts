/** A port without a listener: tcpmux, which only root can bind and which the kernel never assigns as a free port. */
export const CLOSED_PORT = 1;
