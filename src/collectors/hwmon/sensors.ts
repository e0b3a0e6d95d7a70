import type { Host, KernelTree } from '../../host/host.ts';
import { parseSensorFile, type SensorFile } from '../../parse/hwmon.ts';
import type { HwmonChip } from './chips.ts';

/**
 * Errors of an attribute without a value; other attributes of the chip may have values. ENODATA: no sensor is connected.
 * EAGAIN: the first measurement has not ended. EINVAL: the sensor is off. EIO for root, EACCES for other users: the
 * attribute is write-only, such as `temp1_reset_history`. EPERM: the graphics card is suspended (amdgpu).
 */
const NO_READING_ERRNOS: ReadonlySet<string> = new Set(['ENODATA', 'EAGAIN', 'EINVAL', 'EIO', 'EACCES', 'EPERM']);

export interface HwmonSensor {
  /** Type of the sensor: `temp`. */
  readonly type: string;
  /** Text of each attribute, by element: `input` for the file `temp1_input`, an empty element for the file `pwm1`. */
  readonly elements: ReadonlyMap<string, string>;
}

/** Sensors of a chip, by name: `temp1`. */
export type HwmonSensors = ReadonlyMap<string, HwmonSensor>;

/** Reads the sensors of a chip synchronously. Use it only for chips whose reads return at once. */
export function readSensors(sys: KernelTree, chip: HwmonChip): HwmonSensors {
  const sensors = new SensorTable();
  for (const { path, file } of listSensorFiles(sys, chip)) {
    sensors.add(file, sys.readIfPresent(path, trimNewlines, { ignoreErrno: NO_READING_ERRNOS }));
  }
  return sensors.byName;
}

/** Reads the sensors of a chip asynchronously. Use it for chips whose reads may hang. */
export async function readSensorsAsync({ sys, slowSys }: Host, chip: HwmonChip): Promise<HwmonSensors> {
  const sensors = new SensorTable();
  for (const { path, file } of listSensorFiles(sys, chip)) {
    sensors.add(file, await slowSys.readIfPresent(path, trimNewlines, { ignoreErrno: NO_READING_ERRNOS }));
  }
  return sensors.byName;
}

/** Returns the sensor files in the directory of the node and, for old drivers, in the directory of the device. */
function listSensorFiles(
  sys: KernelTree,
  { path, hasDevice }: HwmonChip,
): { readonly path: string; readonly file: SensorFile }[] {
  const directories = hasDevice ? [path, `${path}/device`] : [path];
  return directories.flatMap((directory) =>
    sys.list(directory).flatMap((name) => {
      const file = parseSensorFile(name);
      return file === undefined ? [] : { path: `${directory}/${name}`, file };
    }),
  );
}

function trimNewlines(text: string): string {
  return text.replaceAll(/^\n+|\n+$/g, '');
}

class SensorTable {
  readonly byName = new Map<string, { readonly type: string; readonly elements: Map<string, string> }>();

  /** Adds an attribute to its sensor. Does nothing if the attribute has no text. */
  add({ type, sensor: name, element }: SensorFile, text: string | undefined): void {
    if (text === undefined) return;
    let sensor = this.byName.get(name);
    if (sensor === undefined) {
      sensor = { type, elements: new Map() };
      this.byName.set(name, sensor);
    }
    sensor.elements.set(element, text);
  }
}
