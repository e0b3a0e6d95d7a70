import { defineCollector } from '../collection/collector.ts';
import type { Host } from '../host/host.ts';
import { gauge } from '../metrics/metric.ts';
import { parseIntegerFile } from '../parse/lines.ts';
import { parseSelinuxMode } from '../parse/selinux.ts';

const enabled = gauge('node_selinux_enabled', 'Whether SELinux is enabled: 1 if it is, 0 if not.');
const configMode = gauge('node_selinux_config_mode', 'Mode at boot: 1 enforcing, 0 permissive, -1 disabled.');
const currentMode = gauge('node_selinux_current_mode', 'Mode now: 1 enforcing, 0 permissive.');

/** Another security module answers, or none does. */
const NO_LABEL: ReadonlySet<string> = new Set(['EINVAL', 'EACCES']);

/** The label of every process while SELinux is compiled in and no policy is loaded. */
const WITHOUT_POLICY = 'kernel';

/** https://man7.org/linux/man-pages/man8/selinux.8.html */
export const selinux = defineCollector({
  name: 'selinux',
  help: 'Whether SELinux is enabled and enforcing, from /sys/fs/selinux and /etc/selinux/config',
  create: () => ({
    families: [enabled, configMode, currentMode],
    async collect(host, emit) {
      const mode = await readMode(host);
      if (mode === undefined || ownLabel(host) === WITHOUT_POLICY) {
        emit(enabled, 0);
        return;
      }
      const configured = await host.rootfs.readIfPresent('etc/selinux/config', parseSelinuxMode);
      emit(enabled, 1);
      emit(configMode, configured ?? -1);
      emit(currentMode, mode);
    },
  }),
});

/** selinuxfs is not mounted where SELinux is not enabled; a container may see it below the host's root only. */
async function readMode({ sys, rootfs }: Host): Promise<number | undefined> {
  const file = 'fs/selinux/enforce';
  const mode = sys.readIfPresent(file, parseIntegerFile);
  if (mode !== undefined || rootfs.path(`sys/${file}`) === sys.path(file)) return mode;
  return rootfs.readIfPresent(`sys/${file}`, parseIntegerFile);
}

function ownLabel({ proc }: Host): string | undefined {
  return proc.readIfPresent('self/attr/current', parseLabel, { ignoreErrno: NO_LABEL });
}

/** The kernel ends it with a NUL, other modules' with a newline. */
function parseLabel(text: string): string {
  return text.replace(/[\0\n]+$/, '');
}
