import { defineCollector } from '../collection/collector.ts';
import { AbsentError, type KernelTree } from '../host/host.ts';
import { gauge } from '../metrics/metric.ts';
import { parseWord, splitWords } from '../parse/lines.ts';

const configured = gauge('node_bonding_slaves', 'Network devices in the bond.', ['master']);
const active = gauge('node_bonding_active', 'Network devices of the bond with a link that is up.', ['master']);

const CLASS = 'class/net';

/**
 * The files are read asynchronously: before Linux 6.10, reads of `bonding_masters` and `slaves` wait for the lock of the
 * network devices (RTNL), which a driver holds while it resets a card (drivers/net/bonding/bond_sysfs.c).
 *
 * https://docs.kernel.org/networking/bonding.html
 */
export const bonding = defineCollector({
  name: 'bonding',
  help: 'Bonds and their network devices from /sys/class/net/bonding_masters',
  create: () => ({
    families: [configured, active],
    async collect({ sys, slowSys }, emit) {
      const list = `${CLASS}/bonding_masters`;
      // Check first whether the host has bonds: an asynchronous read occupies a thread.
      if (!sys.exists(list)) throw new AbsentError(`Cannot find ${sys.path(list)}`);
      const masters = await slowSys.read(list, parseNames);
      const slavesOf = await slowSys.readEachIfPresent(
        masters.map((master) => ({ path: `${CLASS}/${master}/bonding/slaves`, parse: parseNames })),
      );
      for (const [index, master] of masters.entries()) {
        const slaves = slavesOf[index];
        if (slaves === undefined) continue;
        const states = slaves.map((slave) => readLinkState(sys, `${CLASS}/${master}`, slave));
        emit(configured, slaves.length, { master });
        // If the state of one device is unknown, the number of active devices is unknown too.
        if (!states.includes(undefined)) emit(active, states.filter((state) => state === 'up').length, { master });
      }
    },
  }),
});

/** Parses a list of device names that are separated by blanks. A device name never contains a blank. */
function parseNames(text: string): string[] {
  return splitWords(text.trim());
}

/** Reads the link state of a device. The read does not wait: the kernel holds the state in memory. */
function readLinkState(sys: KernelTree, path: string, slave: string): string | undefined {
  const status = 'bonding_slave/mii_status';
  return (
    sys.readIfPresent(`${path}/lower_${slave}/${status}`, parseWord) ??
    // Old kernels name the symbolic link with the prefix `slave_` instead of `lower_`.
    sys.readIfPresent(`${path}/slave_${slave}/${status}`, parseWord)
  );
}
