/** Template variables of each dashboard: data source, job and node. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';

export const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** Label matchers that select the series of the node: `node_uptime{${NODE}}`. */
export const NODE = 'job="$job", instance="$node"';

/** Query for the number of CPUs. Counts the series for the mode `idle`, because each CPU has one such series. */
export const CPUS = `count(node_cpu_seconds_total{${NODE}, mode="idle"})`;

export const variables: Builder<VariableModel>[] = [
  new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
  labelValues('job', 'Job', 'label_values(node_uptime, job)').description('Scrape job of the exporters.'),
  labelValues('node', 'Node', 'label_values(node_uptime{job="$job"}, instance)').description('Node to show.'),
];

function labelValues(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .query(query)
    .definition(query)
    .datasource(DATASOURCE)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);
}
