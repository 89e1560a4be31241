import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sysfs } from '../fixtures/sysfs.js';
import { findSensors, type Sensor } from './sensors.js';
import { SensorFiles, TemperatureCollector } from './temperature.js';

const SENSORS = {
  'hwmon/hwmon0/name': 'k10temp\n',
  'hwmon/hwmon0/temp1_input': '45125\n',
  'hwmon/hwmon0/temp1_label': 'Tctl\n',
  'hwmon/hwmon0/temp3_input': '-5000\n',
};
const TCTL = { sensor: 'k10temp Tctl', celsius: 45.1 };

function collectorFor(find: () => Promise<Sensor[]>, files?: SensorFiles): TemperatureCollector {
  const collector = new TemperatureCollector(find, files);
  onTestFinished(() => collector.close());
  return collector;
}

/** Files of which those named never answer, until told to. */
class SlowFiles extends SensorFiles {
  answer = () => {};
  override read(sensor: Sensor): Promise<number> {
    return sensor.name === 'slow'
      ? new Promise((resolve) => (this.answer = () => resolve(50_000)))
      : Promise.resolve(20_000);
  }
}

describe('TemperatureCollector', () => {
  it('hands out what it has read, and never waits', async () => {
    const folder = await sysfs(SENSORS);
    const collector = collectorFor(() => findSensors(folder));
    expect(collector.collect(0)).toEqual({});
    await collector.settled();
    expect(collector.collect(1000)).toEqual({
      temperatures: [TCTL, { sensor: 'k10temp temp3', celsius: -5 }],
    });
  });

  it('reads every ten seconds', async () => {
    const folder = await sysfs(SENSORS);
    const collector = collectorFor(() => findSensors(folder));
    const input = join(folder, 'hwmon/hwmon0/temp1_input');
    collector.collect(0);
    await collector.settled();
    await writeFile(input, '90000\n');
    expect(collector.collect(9_000).temperatures?.[0]?.celsius).toBe(45.1);
    expect(collector.collect(10_000).temperatures?.[0]?.celsius).toBe(45.1);
    await collector.settled();
    expect(collector.collect(10_500).temperatures?.[0]?.celsius).toBe(90);
  });

  it('leaves out a sensor that gives an error or nonsense, and keeps the others', async () => {
    const folder = await sysfs({
      ...SENSORS,
      'hwmon/hwmon0/temp3_input': '-273150\n',
      'hwmon/hwmon0/temp4_input': '\n',
      'hwmon/hwmon0/temp5_input': 'N/A\n',
    });
    const collector = collectorFor(async () => [
      ...(await findSensors(folder)),
      { name: 'gone', file: join(folder, 'none') },
    ]);
    collector.collect(0);
    await collector.settled();
    expect(collector.collect(1)).toEqual({ temperatures: [TCTL] });
  });

  it('goes on with old temperatures while a sensor is slow, and then says which does not answer', async () => {
    const files = new SlowFiles();
    const sensors = ['quick', 'slow'].map((name) => ({ name, file: name }));
    const collector = collectorFor(() => Promise.resolve(sensors), files);
    const settle = async () => {
      const round = collector.settled();
      await new Promise((resolve) => setImmediate(resolve));
      files.answer();
      await round;
    };
    collector.collect(0);
    await settle();
    expect(collector.collect(10_000).temperatures).toHaveLength(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(collector.collect(39_000).temperatures).toHaveLength(2);
    expect(collector.collect(40_000)).toEqual({ problems: ['slow does not answer'] });
    await settle();
    expect(collector.collect(41_000).temperatures).toHaveLength(2);
  });

  it('has no data on a host without sensors', async () => {
    const folder = await sysfs({});
    const collector = collectorFor(() => findSensors(folder));
    collector.collect(0);
    await collector.settled();
    expect(collector.collect(1)).toEqual({});
  });

  it('fails while the sensors cannot be looked for', async () => {
    let fails = true;
    const folder = await sysfs(SENSORS);
    const collector = collectorFor(() => (fails ? Promise.reject(new Error('EACCES')) : findSensors(folder)));
    collector.collect(0);
    await collector.settled();
    expect(() => collector.collect(1000)).toThrow('EACCES');
    fails = false;
    expect(() => collector.collect(10_000)).toThrow('EACCES');
    await collector.settled();
    expect(collector.collect(11_000).temperatures).toHaveLength(2);
  });

  it('finds within five minutes what has come or gone', async () => {
    const folder = await sysfs(SENSORS);
    const collector = collectorFor(() => findSensors(folder));
    collector.collect(0);
    await collector.settled();
    await rm(join(folder, 'hwmon/hwmon0/temp1_input'));
    await writeFile(join(folder, 'hwmon/hwmon0/temp2_input'), '30000\n');
    collector.collect(300_000);
    await collector.settled();
    expect(collector.collect(300_001).temperatures?.map(({ sensor }) => sensor)).toEqual([
      'k10temp temp2',
      'k10temp temp3',
    ]);
  });
});
