import { setTimeout } from 'node:timers/promises';
import type { Express, RequestHandler } from 'express';
import type { Collector } from '../collection/collector.ts';
import { Gatherer, type SelfMetrics } from '../collection/gatherer.ts';
import type { AppInfo } from '../config/app-info.ts';
import type { Config } from '../config/config.ts';
import { version } from '../config/version.ts';
import { createMetadataSourcesFrom } from '../containers/metadata/metadata-sources.ts';
import { ContainerReporter } from '../containers/report/container-reporter.ts';
import { validateFamilies } from '../custom/validate-families.ts';
import { metricName } from '../export/otel/metric-name.ts';
import type { ResourceAttributes } from '../export/otel/resource.ts';
import type { PushPipeline } from '../export/otlp/pipeline.ts';
import { PrometheusOutput, setOtelLog } from '../export/prometheus/scrape.ts';
import { showDuration } from '../flags/flag.ts';
import { BootTime } from '../host/boot-time.ts';
import { Host, readTimeZone } from '../host/host.ts';
import { checkMetricsPath, createApp } from '../http/app.ts';
import { createTargetsHandler, SCRAPE_PATH } from '../http/scrape-target.ts';
import { Servers } from '../http/server.ts';
import type { Instrument } from '../instruments/instrument.ts';
import { InstrumentMetrics } from '../instruments/instrument-metrics.ts';
import { buildInfoMetrics } from '../self/build-info.ts';
import { processIdentity, readIdentity } from '../self/identity.ts';
import { nodejsMetrics } from '../self/nodejs.ts';
import { processMetrics } from '../self/process.ts';
import { PushMetrics } from '../self/push-metrics.ts';
import { ScrapeMetrics } from '../self/scrape-metrics.ts';
import { TargetUp } from '../self/target-up.ts';
import { createLog, type Log } from '../util/log.ts';
import { CollectorLog } from './collector-log.ts';
import { Readiness } from './readiness.ts';
import { type ScrapeTargets, type TargetPage, targetHandlers } from './scrape-targets.ts';
import { endProcess, onStopSignal } from './shutdown.ts';

/** Running scrapes get this long after a stop signal and its delay; the process has ended half a second later. */
const STOP_PATIENCE_MS = 1500;

export interface ExporterParts {
  readonly product: AppInfo;
  readonly targets?: ScrapeTargets;
  /** What the program keeps itself. */
  readonly metrics?: readonly Instrument[];
}

/** The parts of an exporter, put together from a configuration. */
export class Exporter {
  readonly #config: Config;
  readonly #product: AppInfo;
  readonly #log: Log;
  readonly #host: Host;
  readonly #gatherer: Gatherer;
  readonly #scrapes: ScrapeMetrics;
  readonly #pushes: PushMetrics;
  readonly #outcomes: CollectorLog;
  readonly #readiness = new Readiness();
  readonly #targets: ScrapeTargets | undefined;
  readonly #requests = { refused: 0 };
  #stop: () => Promise<void> = async () => undefined;
  #urls: readonly string[] = [];

  /** @throws {Error} in one line, for a collector that cannot run */
  constructor(config: Config, { product, targets, metrics = [] }: ExporterParts) {
    const { values } = config;
    this.#config = config;
    this.#product = product;
    this.#targets = targets;
    checkMetricsPath(values['web.telemetry-path']);
    this.#log = createLog({ level: values['log.level'], format: values['log.format'] });
    this.#host = new Host({
      procfs: values['path.procfs'],
      sysfs: values['path.sysfs'],
      rootfs: values['path.rootfs'],
      udevData: values['path.udev.data'],
      hostname: config.hostname,
      timeZone: readTimeZone(config.timeZone),
    });
    const collectors = config.collectors.map((definition) => definition.create(config.all));
    this.#scrapes = new ScrapeMetrics(
      collectors.filter(({ convention }) => convention !== 'semconv').map(({ name }) => name),
    );
    this.#pushes = new PushMetrics(this.#host.now);
    this.#outcomes = new CollectorLog(this.#log);
    const self: readonly SelfMetrics[] = [
      ...(product.subject === 'host' ? [] : [this.#describeSystem(collectors)]),
      this.#scrapes,
      ...(config.outputs.otlp === undefined ? [] : [this.#pushes]),
      buildInfoMetrics(product),
      ...(values['web.disable-exporter-metrics'] ? [] : [processMetrics(this.#host.self), nodejsMetrics()]),
    ];
    validateFamilies({
      exporter: product.name,
      collectors,
      metrics,
      self: self.flatMap(({ families }) => families),
      nameOf: (family) => metricName(family, { own: product.namespace, namespace: values['metric.namespace'] }),
    });
    this.#gatherer = new Gatherer({
      host: this.#host,
      collectors,
      selfMetrics: [new InstrumentMetrics(metrics), ...self],
      observe: (outcome) => {
        this.#scrapes.count(outcome);
        this.#outcomes.observe(outcome);
        if (outcome.state === 'ok') this.#readiness.become();
      },
    });
  }

  /** Where it listens, once it has started. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  /** @throws {Error} in one line, when the host cannot be read or an address is taken */
  async start(): Promise<void> {
    for (const warning of this.#config.warnings) this.#log.warn(warning);
    // Asking for it throws when it is not there.
    if (this.#product.subject === 'host') this.#host.proc.list('');
    await this.#serve();
  }

  /** Lets running scrapes end, and listens no longer. */
  async stop(): Promise<void> {
    this.#readiness.stop();
    await this.#stop();
  }

  #describeSystem(collectors: readonly Collector[]): TargetUp {
    return new TargetUp({
      namespace: this.#product.namespace,
      asking: collectors.filter(({ isInProcess }) => !isInProcess).map(({ name }) => name),
      requests: this.#requests,
    });
  }

  async #serve(): Promise<void> {
    setOtelLog(this.#log);
    const resource = await readIdentity(this.#host, this.#config, this.#product);
    const push = await this.#startPush(resource);
    const output = new PrometheusOutput({ gatherer: this.#gatherer, resource, ...this.#pageOptions });
    const servers = await Servers.listen(this.#config.listen, this.#createApp(output));
    this.#urls = servers.urls;
    this.#stop = async () => {
      await Promise.all([servers.close(STOP_PATIENCE_MS), push?.stop(STOP_PATIENCE_MS)]);
      await output.shutdown();
    };
    onStopSignal(async (signal) => {
      this.#readiness.stop();
      this.#log.info({ signal }, 'Stopping');
      // Whoever sends requests has time to see that it is not ready.
      await setTimeout(this.#config.values['web.shutdown-delay'] * 1000);
      await this.#stop();
      await endProcess(signal, () => this.#host.pendingCalls, this.#log);
    });
    // Who reads this may send a signal at once.
    this.#sayWhatIsServed(push);
    await this.#makeFirstPass();
  }

  /** What all its pages have in common. */
  get #pageOptions() {
    const { values } = this.#config;
    return {
      version,
      namespace: values['metric.namespace'],
      own: this.#product.namespace,
      scopeInfo: values['metrics.scope-info'],
    };
  }

  #createApp(output: PrometheusOutput): Express {
    const { values, outputs, all } = this.#config;
    const isAboutHost = this.#product.subject === 'host';
    const limits = { timeout: values['collector.timeout'], maxRequests: values['web.max-requests'] };
    return createApp({
      info: isAboutHost
        ? { host: this.#host, containers: new ContainerReporter(createMetadataSourcesFrom(all)) }
        : undefined,
      metrics: outputs.scraped && {
        scrape: (request) => output.scrape(request),
        collectors: this.#gatherer.collectors.map(({ name }) => name),
        scrapes: this.#scrapes,
        refusesFailure: isAboutHost,
        ...limits,
      },
      metricsPath: values['web.telemetry-path'],
      targets: this.#targets && this.#createTargetsHandler(this.#targets, { ...this.#pageOptions, ...limits }),
      page: this.#product,
      unready: () => this.#readiness.reason,
      onError: (error) => this.#log.error({ error: String(error) }, 'Cannot answer a request'),
    });
  }

  #sayWhatIsServed(push: PushPipeline | undefined): void {
    const { values, outputs } = this.#config;
    const paths = [
      ...(outputs.scraped ? [values['web.telemetry-path']] : []),
      ...(this.#product.subject === 'host' ? ['/info'] : []),
      ...(this.#targets ? [SCRAPE_PATH] : []),
    ];
    const served = paths.length === 0 ? '' : `${paths.join(' and ')} `;
    this.#log.info(`Serving ${served}on ${this.#urls.join(' and ')}`);
    if (push !== undefined) this.#log.info(`Pushing to ${push.address} every ${showDuration(values['otlp.interval'])}`);
  }

  /** Loaded only where it is used: without it the program starts sooner and is smaller. */
  async #startPush(resource: ResourceAttributes): Promise<PushPipeline | undefined> {
    const { values, outputs } = this.#config;
    if (outputs.otlp === undefined) return undefined;
    const { PushPipeline } = await import('../export/otlp/pipeline.ts');
    return PushPipeline.start({
      config: outputs.otlp,
      gatherer: this.#gatherer,
      resource: { ...processIdentity(), ...resource },
      version,
      namespace: values['metric.namespace'],
      own: this.#product.namespace,
      bootTime: new BootTime(this.#host),
      now: this.#host.now,
      passTimeout: values['collector.timeout'],
      pushes: this.#pushes,
      log: this.#log,
    });
  }

  #createTargetsHandler(targets: ScrapeTargets, page: Omit<TargetPage, 'host' | 'outcomes'>): RequestHandler {
    return createTargetsHandler({
      handlers: targetHandlers(targets, { host: this.#host, outcomes: this.#outcomes, ...page }),
      onRefused: () => {
        this.#requests.refused += 1;
      },
    });
  }

  async #makeFirstPass(): Promise<void> {
    // Without a collector there is nothing to wait for; and that another system is away is an answer, too.
    if (this.#gatherer.collectors.length === 0 || this.#product.subject === 'system') this.#readiness.become();
    const startedAt = performance.now();
    await this.#gatherer.gather({ deadline: startedAt + this.#config.values['collector.timeout'] * 1000 });
    this.#scrapes.endFirstPass((performance.now() - startedAt) / 1000);
    this.#readiness.endFirstPass();
  }
}
