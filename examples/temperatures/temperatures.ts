import { AbsentError, type Collector, forEachItem, gauge } from 'otel-node-exporter';

const temperature = gauge('cpu_temperature_celsius', 'Temperature of the CPU in degrees Celsius.', ['cpu']);

const MILLIDEGREES_PER_DEGREE = 1000;

/** Reads the thermal zones of the type `cpu<number>-thermal`. Boards with a sensor for each CPU use this type. */
export const temperatures: Collector = {
  name: 'temperatures',
  help: 'CPU temperatures from /sys/class/thermal',
  families: [temperature],
  async collect(host, emit) {
    const zones = host.sys.list('class/thermal').map((zone) => ({
      zone,
      cpu: host.sys.readIfPresent(`class/thermal/${zone}/type`, parseCpu),
    }));
    const cpuZones = zones.filter(({ cpu }) => cpu !== undefined);
    if (cpuZones.length === 0) throw new AbsentError('Cannot find a thermal zone of a CPU');
    // If reading a zone fails, the other zones are still emitted.
    await forEachItem(cpuZones, ({ zone, cpu }) => {
      const millidegrees = host.sys.read(`class/thermal/${zone}/temp`, Number);
      emit(temperature, millidegrees / MILLIDEGREES_PER_DEGREE, { cpu });
    });
  },
};

function parseCpu(type: string): string | undefined {
  return /^cpu(\d+)-thermal$/m.exec(type)?.[1];
}
