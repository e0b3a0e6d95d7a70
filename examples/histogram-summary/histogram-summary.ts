import { type Collector, histogram, summary } from 'otel-node-exporter';

const buckets = histogram('pond_temperature_celsius', 'Temperature of the pond in degrees Celsius.', [], {
  buckets: [20, 25, 30, 35, 40],
});
const quantiles = summary('pond_temperature_quantiles_celsius', 'Temperature of the pond in degrees Celsius.');

// Simulates a thermometer: a thousand readings of a sine wave around 30 degrees.
for (let reading = 0; reading < 1000; reading += 1) {
  const celsius = 30 + Math.floor(120 * Math.sin(reading * 0.1)) / 10;
  buckets.observe(celsius);
  quantiles.observe(celsius);
}

export const pond: Collector = {
  name: 'pond',
  help: 'Temperature of a pond as histogram and summary',
  families: [buckets, quantiles],
};
