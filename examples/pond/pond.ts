import { type Collector, histogram, summary } from 'otel-node-exporter';

const buckets = histogram('pond_temperature_celsius', 'Temperature of the pond.', [], {
  buckets: [20, 25, 30, 35, 40],
});
const parts = summary('pond_temperature_quantiles_celsius', 'Temperature of the pond.');

/** A thermometer that has been read a thousand times. */
for (let reading = 0; reading < 1000; reading += 1) {
  const celsius = 30 + Math.floor(120 * Math.sin(reading * 0.1)) / 10;
  buckets.observe(celsius);
  parts.observe(celsius);
}

export const pond: Collector = {
  name: 'pond',
  help: 'What a thermometer in a pond has said',
  families: [buckets, parts],
};
