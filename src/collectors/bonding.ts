import { defineCollector, forEachItem } from '../collection/collector.ts';
import type { KernelTree } from '../host/host.ts';
import { gauge } from '../metrics/metric.ts';
import { parseText, splitWords } from '../parse/lines.ts';

const configured = gauge('node_bonding_slaves', 'Network devices in the bond.', ['master']);
const active = gauge('node_bonding_active', 'Network devices in the bond whose link is up.', ['master']);

const CLASS = 'class/net';

/** https://docs.kernel.org/networking/bonding.html */
export const bonding = defineCollector({
  name: 'bonding',
  help: 'Bonds and their network devices from /sys/class/net/bonding_masters',
  create: () => ({
    families: [configured, active],
    async collect({ sys }, emit) {
      await forEachItem(sys.read(`${CLASS}/bonding_masters`, parseNames), (master) => {
        const slaves = sys.read(`${CLASS}/${master}/bonding/slaves`, parseNames);
        const states = slaves.map((slave) => readLinkState(sys, `${CLASS}/${master}`, slave));
        emit(configured, states.length, { master });
        emit(active, states.filter((state) => state === 'up').length, { master });
      });
    },
  }),
});

/** Parses a list of device names that are separated by blanks. A device name never contains a blank. */
function parseNames(text: string): string[] {
  return splitWords(text.trim());
}

function readLinkState(sys: KernelTree, path: string, slave: string): string {
  const status = 'bonding_slave/mii_status';
  return (
    sys.readIfPresent(`${path}/lower_${slave}/${status}`, parseText) ??
    // Old kernels name the symbolic link with the prefix `slave_` instead of `lower_`.
    sys.read(`${path}/slave_${slave}/${status}`, parseText)
  );
}
