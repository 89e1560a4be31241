import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LIMITS } from '@tocsin/shared/limits';
import { printable } from '../printable.js';
import { isNotThere } from '../not-there.js';

/** A file that holds thousandths of a degree, and how people call what it measures. */
export interface Sensor {
  name: string;
  file: string;
}

/** A sensor before names are made to differ. */
interface Found extends Sensor {
  /** What tells it apart from others of the same name: the device, or a number. */
  device: string;
}

/** Names as they are shown: each once, those of several equal devices with the device, bounded. */
export function distinct(found: readonly Found[]): Sensor[] {
  const uses = new Map<string, number>();
  for (const { name } of found) uses.set(name, (uses.get(name) ?? 0) + 1);
  const taken = new Set<string>();
  return found.slice(0, LIMITS.sensors).map(({ name, device, file }) => {
    const wanted = uses.get(name) === 1 ? name : `${name} (${device})`;
    let unique = wanted;
    for (let number = 2; taken.has(unique); number++) unique = `${wanted} ${number}`;
    taken.add(unique);
    return { name: unique, file };
  });
}

/**
 * Finds the sensors below `/sys/class`: those of `hwmon`, as lm-sensors shows them, or else the zones of
 * `thermal`, which small boards have.
 */
export async function findSensors(sysClass = '/sys/class'): Promise<Sensor[]> {
  const found = await findHardwareMonitors(join(sysClass, 'hwmon'));
  return distinct(found.length > 0 ? found : await findZones(join(sysClass, 'thermal')));
}

async function findHardwareMonitors(folder: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const chip of await namesIn(folder)) {
    const chipFolder = join(folder, chip);
    const inputs = (await namesIn(chipFolder)).filter((name) => /^temp\d+_input$/.test(name));
    if (inputs.length === 0) continue;
    const chipName = (await textOf(join(chipFolder, 'name'))) ?? chip;
    const device = await realpath(join(chipFolder, 'device')).then(basename, () => chip);
    for (const input of inputs) {
      const sensor = input.slice(0, -'_input'.length);
      const label = await textOf(join(chipFolder, `${sensor}_label`));
      found.push({ name: named(`${chipName} ${label ?? sensor}`), device, file: join(chipFolder, input) });
    }
  }
  return found;
}

async function findZones(folder: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const zone of await namesIn(folder)) {
    if (!zone.startsWith('thermal_zone')) continue;
    const type = (await textOf(join(folder, zone, 'type'))) ?? zone;
    const device = zone.slice('thermal_zone'.length);
    found.push({ name: named(type), device, file: join(folder, zone, 'temp') });
  }
  return found;
}

/** Leaves room for what makes a name differ. */
const named = (name: string): string => printable(name, LIMITS.nameLength / 2);

/** `hwmon2` before `hwmon10`. */
const inOrder = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);

/** @throws when the folder is there and cannot be read */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort(inOrder);
  } catch (error) {
    if (isNotThere(error)) return [];
    throw error;
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return printable(await readFile(file, 'utf8'), LIMITS.nameLength) || undefined;
  } catch {
    return undefined;
  }
}
