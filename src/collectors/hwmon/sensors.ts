import type { AttributeRead, Host, KernelTree } from '../../host/host.ts';
import { parseReading, parseSensorFile, type SensorFile } from '../../parse/hwmon.ts';
import { quote } from '../../parse/lines.ts';
import type { HwmonChip } from './chips.ts';

export interface HwmonSensor {
  /** Type of the sensor: `temp`. */
  readonly type: string;
  /**
   * Text of each attribute, by element: `input` for the file `temp1_input`, an empty element for the file `pwm1`. The text
   * is `undefined` if the attribute has no value now or cannot be read.
   */
  readonly elements: ReadonlyMap<string, string | undefined>;
}

/** Sensors of a chip, by name: `temp1`. */
export type HwmonSensors = ReadonlyMap<string, HwmonSensor>;

interface ListedFile {
  readonly path: string;
  readonly file: SensorFile;
}

/**
 * Reads the sensors of chips. The chips of one device or bus are read in one call of `readEachIfPresent()`.
 * The calls for different devices and buses run at the same time.
 */
export async function readSensors(
  host: Host,
  chips: readonly HwmonChip[],
): Promise<ReadonlyMap<HwmonChip, HwmonSensors>> {
  const { sys, slowSys } = host;
  const filesOf = new Map(chips.map((chip) => [chip, listSensorFiles(sys, chip)]));
  const texts = new Map<string, string | undefined>();
  const readGroup = async (device: string | undefined, group: readonly HwmonChip[]): Promise<void> => {
    const files = group.flatMap((chip) => filesOf.get(chip) ?? []);
    if (device === undefined) {
      for (const { path, file } of files) texts.set(path, sys.readIfPresent(path, parserOf(file)));
      return;
    }
    const reads = files.map(({ path, file }): AttributeRead<string> => ({ path, parse: parserOf(file) }));
    const results = await slowSys.readEachIfPresent(reads);
    for (const [index, { path }] of files.entries()) texts.set(path, results[index]);
  };
  const groups = Map.groupBy(chips, ({ slowDevice }) => slowDevice);
  await Promise.all([...groups].map(([device, group]) => readGroup(device, group)));
  return new Map([...filesOf].map(([chip, files]) => [chip, toSensors(files, texts)]));
}

/** Returns the sensor files in the directory of the node and, for old drivers, in the directory of the device. */
function listSensorFiles(sys: KernelTree, { path, hasDevice }: HwmonChip): ListedFile[] {
  const directories = hasDevice ? [path, `${path}/device`] : [path];
  return directories.flatMap((directory) =>
    sys.listIfPresent(directory).flatMap((name) => {
      const file = parseSensorFile(name);
      return file === undefined ? [] : { path: `${directory}/${name}`, file };
    }),
  );
}

/** Elements that are numbers in every driver. Other elements may be texts, such as `power1_model_number`. */
const NUMERIC_ELEMENTS: ReadonlySet<string> = new Set(['alarm', 'average', 'crit', 'input', 'max', 'min']);

function parserOf({ element }: SensorFile): (text: string) => string {
  return NUMERIC_ELEMENTS.has(element) ? requireReading : trimNewlines;
}

/** Returns the text of a number, or an empty text, which some drivers print for a sensor without a reading. */
function requireReading(text: string): string {
  if (text.trim() !== '' && parseReading(text) === undefined)
    throw new SyntaxError(`expected a number, got ${quote(text.trim())}`);
  return text;
}

function trimNewlines(text: string): string {
  return text.replaceAll(/^\n+|\n+$/g, '');
}

function toSensors(files: readonly ListedFile[], texts: ReadonlyMap<string, string | undefined>): HwmonSensors {
  const sensors = new Map<string, { readonly type: string; readonly elements: Map<string, string | undefined> }>();
  for (const { path, file } of files) {
    const sensor = sensors.get(file.sensor) ?? { type: file.type, elements: new Map() };
    sensors.set(file.sensor, sensor);
    // If both directories contain the file, use its text from the directory of the device (old drivers). If that file
    // has no text, use the text from the directory of the node.
    sensor.elements.set(file.element, texts.get(path) ?? sensor.elements.get(file.element));
  }
  return sensors;
}
