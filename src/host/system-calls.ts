/**
 * System calls that Node.js lacks. They are bound when this module is loaded: afterwards, the program gives up its permission
 * to call other native functions. https://nodejs.org/api/ffi.html
 */
import type ffi from 'node:ffi';

export interface SystemCalls {
  /** Ends the process at once, even while a thread hangs in another call. https://man7.org/linux/man-pages/man2/_exit.2.html */
  exit(code: number): void;
  /**
   * Reads the state of the kernel's clock into a `struct timex`. Returns -1 after an error.
   * https://man7.org/linux/man-pages/man2/adjtimex.2.html
   */
  adjtimex(timex: Uint8Array): number;
}

/** The system calls; `undefined` if this process may not call native functions. */
export const SYSTEM_CALLS: SystemCalls | undefined = bindSystemCalls();

function bindSystemCalls(): SystemCalls | undefined {
  try {
    // The result also contains the library, through which any function can be called. It must not be stored.
    const { functions } = loadFfi().dlopen(null, {
      _exit: { arguments: ['int32'], return: 'void' },
      adjtimex: { arguments: ['buffer'], return: 'int32' },
    });
    return { exit: (code) => functions._exit(code), adjtimex: (timex) => functions.adjtimex(timex) };
  } catch {
    // The permission model of Node.js refuses native calls, or this build of Node.js lacks them.
    return undefined;
  }
}

/**
 * Loads the module node:ffi without the warning of Node.js that the module is experimental. The exporter uses only calls
 * with numbers and a buffer.
 */
function loadFfi(): typeof ffi {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:ffi');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Gives up the permission to call other native functions. Has no effect without the permission model of Node.js. */
export function dropNativeCalls(): void {
  process.permission?.drop('ffi');
}
