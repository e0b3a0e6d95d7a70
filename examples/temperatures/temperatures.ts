import { AbsentError, type Collector, forEachItem, gauge } from 'otel-node-exporter';

const temperature = gauge('cpu_temperature_celsius', 'Temperature of a CPU.', ['cpu']);

const MILLIDEGREES_PER_DEGREE = 1000;

/** Boards that measure each CPU call its thermal zone `cpu0-thermal`. */
export const temperatures: Collector = {
  name: 'temperatures',
  help: 'CPU temperatures from /sys/class/thermal',
  families: [temperature],
  async collect(host, emit) {
    const zones = host.sys.list('class/thermal').map((zone) => ({
      zone,
      cpu: host.sys.readIfPresent(`class/thermal/${zone}/type`, parseCpu),
    }));
    const measured = zones.filter(({ cpu }) => cpu !== undefined);
    if (measured.length === 0) throw new AbsentError('no thermal zone of a CPU');
    // A zone that cannot be read costs its own value and no other.
    await forEachItem(measured, ({ zone, cpu }) => {
      const millidegrees = host.sys.read(`class/thermal/${zone}/temp`, Number);
      emit(temperature, millidegrees / MILLIDEGREES_PER_DEGREE, { cpu });
    });
  },
};

function parseCpu(type: string): string | undefined {
  return /^cpu(\d+)-thermal$/m.exec(type)?.[1];
}
