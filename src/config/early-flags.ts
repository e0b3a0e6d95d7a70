/**
 * Reads some flags before all flags are known: modules and custom flags determine which collectors exist, and collectors
 * have flags. All other flags are ignored here; readConfig() validates them later.
 */
import type { Flags, FlagValues } from '../flags/flag.ts';
import type { Invocation } from './invocation.ts';
import { type ListenAddress, parseListenAddresses } from './listen-address.ts';
import { DEFAULT_PROGRAM_FLAGS, PROGRAM_FLAGS, type ProgramFlags } from './program-flags.ts';
import { RawFlags } from './raw-flags.ts';

export const MODULE_FLAGS = { 'collector.module': PROGRAM_FLAGS['collector.module'] };

/**
 * Returns the values of the requested flags.
 *
 * @throws {UsageError} for an invalid value of a requested flag
 */
export function readFlags<F extends Flags>(invocation: Invocation, flags: F): FlagValues<F> {
  const raw = readRaw(invocation, flags);
  const values = Object.entries(flags).map(([name, flag]) => [name, raw.value(name, flag)]);
  // Each flag parses its value to the type that it declares.
  return Object.fromEntries(values) as FlagValues<F>;
}

/**
 * Returns the addresses that an exporter with this command line listens on.
 *
 * @throws {UsageError} for an invalid address or port
 */
export function readListenAddresses(
  invocation: Invocation,
  programFlags: ProgramFlags = DEFAULT_PROGRAM_FLAGS,
): readonly ListenAddress[] {
  const flags = {
    'web.listen-address': programFlags['web.listen-address'],
    'web.listen-port': programFlags['web.listen-port'],
  };
  return parseListenAddresses(readRaw(invocation, flags), flags);
}

function readRaw(invocation: Invocation, flags: Flags): RawFlags {
  const withFile = { ...flags, 'config.file': PROGRAM_FLAGS['config.file'] };
  return new RawFlags(withFile, invocation, { ignoreUnknown: true });
}
