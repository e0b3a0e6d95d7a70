import { attempt, defineCollector } from '../collection/collector.ts';
import { type Host, optional, optionalAsync } from '../host/host.ts';
import { gauge } from '../metrics/metric.ts';
import { parseIntegerFile } from '../parse/lines.ts';
import { parseSelinuxMode } from '../parse/selinux.ts';

const enabled = gauge('node_selinux_enabled', 'Whether SELinux is enabled: 1 if it is, 0 if not.');
const configMode = gauge(
  'node_selinux_config_mode',
  'SELinux mode in the configuration file: 1 enforcing, 0 permissive, -1 disabled.',
);
const currentMode = gauge('node_selinux_current_mode', 'Current SELinux mode: 1 enforcing, 0 permissive.');

/**
 * Error codes for a process without a readable label: no security module provides labels, or the module denies the read.
 */
const NO_LABEL: ReadonlySet<string> = new Set(['EINVAL', 'EACCES']);

/** The label of every process while SELinux is enabled in the kernel but no policy is loaded. */
const LABEL_WITHOUT_POLICY = 'kernel';

const ENFORCE = 'fs/selinux/enforce';

/** https://man7.org/linux/man-pages/man8/selinux.8.html */
export const selinux = defineCollector({
  name: 'selinux',
  help: 'SELinux modes from /sys/fs/selinux and /etc/selinux/config',
  create: () => ({
    families: [enabled, configMode, currentMode],
    async collect(host, emit) {
      const mode = await readCurrentMode(host);
      if (mode === undefined || readProcessLabel(host) === LABEL_WITHOUT_POLICY) {
        emit(enabled, 0);
        return;
      }
      const configured = await attempt(host, async () => {
        return (await optionalAsync(host.rootfs.read('etc/selinux/config', parseSelinuxMode))) ?? -1;
      });
      emit(enabled, 1);
      if (configured !== undefined) emit(configMode, configured);
      emit(currentMode, mode);
    },
  }),
});

/**
 * Returns the mode, or `undefined` if selinuxfs is not mounted, as on a host where SELinux is disabled. In a container,
 * selinuxfs may be visible only through the root directory of the host.
 *
 * @throws {Error} if selinuxfs is mounted and the mode cannot be read
 */
async function readCurrentMode({ sys, rootfs }: Host): Promise<number | undefined> {
  const mode = optional(() => sys.read(ENFORCE, parseIntegerFile));
  if (mode !== undefined || rootfs.path(`sys/${ENFORCE}`) === sys.path(ENFORCE)) return mode;
  return optionalAsync(rootfs.read(`sys/${ENFORCE}`, parseIntegerFile));
}

function readProcessLabel({ proc }: Host): string | undefined {
  return proc.readIfPresent('self/attr/current', parseLabel, { ignoreErrno: NO_LABEL });
}

/** SELinux ends the label with a NUL, other security modules with a newline. */
function parseLabel(text: string): string {
  return text.replace(/(?<![\0\n])[\0\n]+$/, '');
}
