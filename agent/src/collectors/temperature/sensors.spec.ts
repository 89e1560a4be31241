import { describe, expect, it } from 'vitest';
import { sysfs } from '../fixtures/sysfs.js';
import { distinct, findSensors } from './sensors.js';

const names = async (files: Record<string, string>) =>
  (await findSensors(await sysfs(files))).map(({ name }) => name);

describe('findSensors', () => {
  it('calls sensors as lm-sensors does: by chip and label, or number', async () => {
    expect(
      await names({
        'hwmon/hwmon0/name': 'coretemp\n',
        'hwmon/hwmon0/temp1_input': '45000\n',
        'hwmon/hwmon0/temp1_label': 'Package id 0\n',
        'hwmon/hwmon0/temp1_max': '100000\n',
        'hwmon/hwmon0/temp10_input': '44000\n',
        'hwmon/hwmon0/temp10_label': 'Core 8\n',
        'hwmon/hwmon0/temp2_input': '43000\n',
        'hwmon/hwmon1/name': 'acpitz\n',
        'hwmon/hwmon1/temp1_input': '27800\n',
        'hwmon/hwmon1/fan1_input': '1200\n',
        'hwmon/hwmon2/name': 'BAT0\n',
        'hwmon/hwmon2/in0_input': '12000\n',
      }),
    ).toEqual(['coretemp Package id 0', 'coretemp temp2', 'coretemp Core 8', 'acpitz temp1']);
  });

  it('tells equal chips apart by their devices, whose names stay when the numbers change', async () => {
    const files = (first: number, second: number) => ({
      [`hwmon/hwmon${first}/name`]: 'nvme\n',
      [`hwmon/hwmon${first}/temp1_input`]: '40850\n',
      [`hwmon/hwmon${first}/temp1_label`]: 'Composite\n',
      [`hwmon/hwmon${first}/device`]: '-> ../../devices/nvme0',
      [`hwmon/hwmon${second}/name`]: 'nvme\n',
      [`hwmon/hwmon${second}/temp1_input`]: '38850\n',
      [`hwmon/hwmon${second}/temp1_label`]: 'Composite\n',
      [`hwmon/hwmon${second}/device`]: '-> ../../devices/nvme1',
      'devices/nvme0/model': 'x',
      'devices/nvme1/model': 'x',
    });
    expect(await names(files(0, 1))).toEqual(['nvme Composite (nvme0)', 'nvme Composite (nvme1)']);
    expect(await names(files(3, 2))).toEqual(['nvme Composite (nvme1)', 'nvme Composite (nvme0)']);
  });

  it('takes the thermal zones where there are no other sensors', async () => {
    const zones = {
      'thermal/thermal_zone0/type': 'cpu-thermal\n',
      'thermal/thermal_zone0/temp': '51121\n',
      'thermal/thermal_zone1/type': 'acpitz\n',
      'thermal/thermal_zone1/temp': '30000\n',
      'thermal/thermal_zone2/type': 'acpitz\n',
      'thermal/thermal_zone2/temp': '31000\n',
      'thermal/cooling_device0/type': 'Processor\n',
    };
    expect(await names(zones)).toEqual(['cpu-thermal', 'acpitz (1)', 'acpitz (2)']);
    const monitor = { 'hwmon/hwmon0/name': 'k10temp\n', 'hwmon/hwmon0/temp1_input': '1\n' };
    expect(await names({ ...zones, ...monitor })).toEqual(['k10temp temp1']);
  });

  it('finds nothing on a host without sensors', async () => {
    expect(await names({})).toEqual([]);
  });

  it('takes out of labels what cannot be printed', async () => {
    const label = { 'hwmon/hwmon0/temp1_input': '1\n', 'hwmon/hwmon0/temp1_label': 'a\u001b[2Jb\n' };
    expect(await names(label)).toEqual(['hwmon0 a[2Jb']);
  });
});

describe('distinct', () => {
  it('never gives a name twice, and no more than a frame may hold', () => {
    const found = Array.from({ length: 300 }, (_, at) => ({
      name: 'x',
      device: `d${at % 2}`,
      file: `${at}`,
    }));
    const sensors = distinct([{ name: 'x (d0)', device: 'd9', file: '' }, ...found]);
    expect(sensors).toHaveLength(128);
    expect(new Set(sensors.map(({ name }) => name)).size).toBe(128);
  });
});
