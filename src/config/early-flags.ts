/**
 * Reads some flags before the flags of the collectors are known. For example, the flag for modules determines which
 * collectors exist. Other flags are ignored here, because parseConfig() validates them later.
 */
import type { Flags, FlagValues } from '../flags/flag.ts';
import { Mistakes } from '../flags/mistakes.ts';
import type { Invocation } from './invocation.ts';
import { type ListenAddress, parseListenAddresses } from './listen-address.ts';
import { DEFAULT_PROGRAM_FLAGS, PROGRAM_FLAGS, type ProgramFlags } from './program-flags.ts';
import { RawFlags } from './raw-flags.ts';

export const MODULE_FLAGS = { 'collector.module': PROGRAM_FLAGS['collector.module'] };

/** Returns the values of some flags. Adds each mistake to `mistakes` and uses the default in place of an invalid value. */
export function readFlags<F extends Flags>(invocation: Invocation, flags: F, mistakes: Mistakes): FlagValues<F> {
  const raw = readRaw(invocation, flags, mistakes);
  const values = Object.entries(flags).map(([name, flag]) => [name, raw.value(name, flag)]);
  // Each flag parses its value to the declared type.
  return Object.fromEntries(values) as FlagValues<F>;
}

/**
 * Returns the addresses that an exporter with this command line listens on.
 *
 * @throws {UsageError} with every mistake in the addresses
 */
export function readListenAddresses(
  invocation: Invocation,
  programFlags: ProgramFlags = DEFAULT_PROGRAM_FLAGS,
): readonly ListenAddress[] {
  const flags = {
    'web.listen-address': programFlags['web.listen-address'],
    'web.listen-port': programFlags['web.listen-port'],
  };
  const mistakes = new Mistakes();
  const addresses = parseListenAddresses(readRaw(invocation, flags, mistakes), flags);
  mistakes.throwIfAny();
  return addresses;
}

function readRaw(invocation: Invocation, flags: Flags, mistakes: Mistakes): RawFlags {
  const withFile = { ...flags, 'config.file': PROGRAM_FLAGS['config.file'] };
  return new RawFlags(withFile, invocation, { ignoreUnknown: 'all', mistakes });
}
