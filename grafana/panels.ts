/** Functions for the kinds of panels. They contain the settings that are the same in all dashboards. */
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as GaugeBuilder } from '@grafana/grafana-foundation-sdk/gauge';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { DATASOURCE } from './variables.ts';

export interface PanelText {
  readonly title: string;
  /** Text about the meaning of the panel. */
  readonly description: string;
  readonly unit: string;
  /** Width in columns. A row has 24 columns. */
  readonly width: number;
}

export interface Query {
  readonly expr: string;
  /** Template for the name of each series, such as `{{device}}`. */
  readonly legend: string;
  /** Identifier of the query. A transformation refers to a query by this identifier. */
  readonly refId?: string;
}

const HEIGHT = 8;

/** Returns a panel that shows the last value of each series as a number. */
export function stat(text: PanelText, ...queries: readonly Query[]): StatBuilder {
  return describe(new StatBuilder(), text)
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(lastValue())
    .thresholds(thresholds(ThresholdsMode.Absolute, [{ value: null, color: 'green' }]))
    .targets(queries.map(instant));
}

/** Returns a panel that shows a gauge for each series. */
export function gauge(text: PanelText, ...queries: readonly Query[]): GaugeBuilder {
  return describe(new GaugeBuilder(), text).min(0).reduceOptions(lastValue()).targets(queries.map(instant));
}

/** Returns a panel that shows each series as a line over time. */
export function timeseries(text: PanelText, ...queries: readonly Query[]): TimeseriesBuilder {
  return describe(new TimeseriesBuilder(), text)
    .min(0)
    .lineWidth(1)
    .fillOpacity(8)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .targets(queries.map(range));
}

export function thresholds(mode: ThresholdsMode, steps: Threshold[]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(mode).steps(steps);
}

interface Describable<B> extends Builder<Panel> {
  title(title: string): B;
  description(description: string): B;
  unit(unit: string): B;
  datasource(datasource: typeof DATASOURCE): B;
  height(rows: number): B;
  span(columns: number): B;
}

function describe<B extends Describable<B>>(builder: B, { title, description, unit, width }: PanelText): B {
  return builder.title(title).description(description).unit(unit).datasource(DATASOURCE).height(HEIGHT).span(width);
}

function lastValue(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']);
}

function instant(query: Query, index: number): Builder<Dataquery> {
  return target(query, index).instant();
}

function range(query: Query, index: number): Builder<Dataquery> {
  return target(query, index).range();
}

function target({ expr, legend, refId }: Query, index: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(refId ?? String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(DATASOURCE)
    .expr(expr)
    .legendFormat(legend)
    .format(PromQueryFormat.TimeSeries);
}
