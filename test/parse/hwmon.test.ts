import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanName, parseReading, parseSensorFile, unitOf } from '../../src/parse/hwmon.ts';
import { describeParser } from '../support/describe-parser.ts';

const file = describeParser('parseSensorFile', parseSensorFile);
file.parses('a sensor, its number and an element', 'temp1_input', { type: 'temp', sensor: 'temp1', element: 'input' });
file.parses('an element of several words', 'pwm2_auto_point1_temp', {
  type: 'pwm',
  sensor: 'pwm2',
  element: 'auto_point1_temp',
});
file.parses('a sensor without an element', 'pwm1', { type: 'pwm', sensor: 'pwm1', element: '' });
file.parses('a type without a number', 'update_interval', {
  type: 'update_interval',
  sensor: 'update_interval0',
  element: '',
});
file.parses('a number with a leading zero', 'fan03_min', { type: 'fan', sensor: 'fan3', element: 'min' });
file.parses('a file without a sensor', 'uevent', undefined);
file.parses('the directory of the power management', 'power', undefined);
file.parses('an unknown type', 'flux1_input', undefined);
file.survives('temp1_input', 'beep_enable');

test('cleanName() replaces all characters but lowercase letters, digits, colons and underscores', () => {
  assert.equal(cleanName('NCT6779D-isa 0290\n'), 'nct6779d_isa_0290');
  assert.equal(cleanName('usb:1-2'), 'usb:1_2');
  assert.equal(cleanName('Wärme\u{1f525}1'), 'w_rme_1');
  assert.equal(cleanName('---'), '');
});

test('parseReading() returns only plain decimal numbers', () => {
  const texts = ['45000', '-12', '+3', '0.5', ' 1', '1 \n', '', '95.0%', 'N/A', '0x10', '1e3', 'nan', '1 2'];
  assert.deepEqual(texts.map(parseReading), [45000, -12, 3, 0.5, 1, 1, ...Array(7).fill(undefined)]);
});

test('unitOf() returns the end of the metric name and the conversion', () => {
  const units = [
    ['in', 'input', '_volts', 3],
    ['cpu', 'vid', '_volts', 3],
    ['temp', 'crit_alarm', '_celsius', 3],
    ['temp', 'type', '', 3000],
    ['temp', 'alarm', '', 3000],
    ['temp', 'beep', '_enabled', 3000],
    ['curr', 'max', '_amps', 3],
    ['energy', 'input', '_joule_total', 0.003],
    ['power', 'average', '_watt', 0.003],
    ['power', 'accuracy', '', 0.003],
    ['power', 'average_interval_max', '_seconds', 3],
    ['humidity', 'input', '', 0.003],
    ['fan', 'target', '_rpm', 3000],
    ['fan', 'div', '', 3000],
    ['freq', 'input', '_freq_mhz', 0.003],
    ['pwm', 'enable', '', 3000],
  ] as const;
  for (const [type, element, suffix, value] of units) {
    const unit = unitOf(type, element);
    assert.deepEqual([type, element, unit.suffix, unit.convert(3000)], [type, element, suffix, value]);
  }
});
