import { type Collector, counter } from 'otel-node-exporter';

const foo = counter('foo_metric', 'Whether a foo has occurred.');
const bar = counter('bar_metric', 'Whether a bar has occurred.');

export const minimal: Collector = {
  name: 'minimal',
  help: 'Two constant metrics',
  families: [foo, bar],
  collect(_host, emit) {
    emit(foo, 1);
    emit(bar, 1);
  },
};
