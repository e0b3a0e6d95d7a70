import { setTimeout } from 'node:timers/promises';
import type { Express, RequestHandler } from 'express';
import { LabelLimit } from '../collection/label-limit.ts';
import type { CollectorResult, SelfMetrics } from '../collection/pass.ts';
import { type AppInfo, VERSION } from '../config/app-info.ts';
import type { Config } from '../config/config.ts';
import { maxContainersOf } from '../containers/discovery/container-limit.ts';
import { createMetadataSourcesFrom } from '../containers/metadata/metadata-sources.ts';
import { ContainerReporter } from '../containers/report/container-reporter.ts';
import { setOtelLog } from '../export/otel/diag-log.ts';
import type { Naming } from '../export/otel/naming.ts';
import type { ResourceAttributes } from '../export/otel/resource.ts';
import type { PushPipeline } from '../export/otlp/pipeline.ts';
import { formatDuration } from '../flags/flag.ts';
import { Mistakes } from '../flags/mistakes.ts';
import { BootTime } from '../host/boot-time.ts';
import { Host, readTimeZone } from '../host/host.ts';
import { requireDescriptors } from '../host/process-limits.ts';
import { pendingLookups } from '../host/shared-lookup.ts';
import { createAccessHandler, createHeaderHandler } from '../http/access-control.ts';
import { createApp, validateMetricsPath } from '../http/app.ts';
import type { ScrapeLimits } from '../http/metrics.ts';
import { createTargetsHandler, SCRAPE_PATH } from '../http/scrape-target.ts';
import { Servers } from '../http/server.ts';
import { TlsConnections } from '../http/tls/tls-connections.ts';
import { UnsentBodies } from '../http/unsent-bodies.ts';
import type { WebAccessSource } from '../http/web-access.ts';
import type { Instrument } from '../instruments/instrument.ts';
import { buildInfoMetrics } from '../self/build-info.ts';
import { limitMetrics } from '../self/limit-metrics.ts';
import { nodejsMetrics } from '../self/nodejs.ts';
import { processMetrics } from '../self/process.ts';
import { PushMetrics } from '../self/push-metrics.ts';
import { readResource } from '../self/resource.ts';
import { LimitCounter, type OnLimit } from '../util/limit-counter.ts';
import { type Log, logProcessWarnings, RepeatFilter } from '../util/log.ts';
import { SingleFlight } from '../util/single-flight.ts';
import { CollectorLog } from './collector-log.ts';
import { createCollectors } from './create-collectors.ts';
import { limitWarnings } from './limit-warnings.ts';
import { Readiness } from './readiness.ts';
import { ScrapeEndpoint } from './scrape-endpoint.ts';
import { createTargetEndpoints, type ScrapeTargets } from './scrape-targets.ts';
import { connectionLimits, maxUnsentBytes } from './server-limits.ts';
import { exitProcess, onStopSignal, type StopSignal, stopWithParent } from './shutdown.ts';

/** Maximum time for running scrapes and the last push. The time starts when the delay of `--web.shutdown-delay` ends. */
const STOP_TIMEOUT_MS = 1500;

export interface ExporterParts {
  readonly app: AppInfo;
  readonly log: Log;
  readonly access: WebAccessSource;
  readonly targets?: ScrapeTargets;
  /** Instruments of the program. Default: none. */
  readonly instruments?: readonly Instrument[];
}

/** A complete exporter. Creates its parts from a configuration, starts them, and stops them. */
export class Exporter {
  readonly #config: Config;
  readonly #app: AppInfo;
  readonly #targets: ScrapeTargets | undefined;
  readonly #naming: Naming;
  readonly #limits: ScrapeLimits;
  readonly #log: Log;
  readonly #access: WebAccessSource;
  readonly #collectorLog: CollectorLog;
  readonly #host: Host;
  readonly #pushMetrics: PushMetrics;
  readonly #endpoint: ScrapeEndpoint;
  readonly #readiness = new Readiness();
  readonly #retries = new SingleFlight(() => this.#endpoint.runCollectors());
  readonly #rejectedRequests = { count: 0 };
  readonly #limitCounter: LimitCounter;
  readonly #labelLimit: LabelLimit;
  readonly #unsentBodies: UnsentBodies;
  #shutdown: () => Promise<void> = async () => undefined;
  #urls: readonly string[] = [];

  /**
   * Creates the parts of the exporter. Reads nothing from the host and opens no port.
   *
   * @throws {UsageError} with all mistakes: a metrics path that another route uses, or flags of a collector that exclude
   *   each other
   * @throws {Error} if Prometheus would reject a family, or if two families share a metric name
   */
  constructor(config: Config, { app, log, access, targets, instruments = [] }: ExporterParts) {
    const { values } = config;
    const mistakes = new Mistakes();
    mistakes.attempt(() => validateMetricsPath(values['web.telemetry-path']));
    const collectors = createCollectors(config, mistakes);
    mistakes.throwIfAny();
    this.#config = config;
    this.#app = app;
    this.#targets = targets;
    this.#naming = {
      version: VERSION,
      namespace: values['metrics.namespace'],
      defaultNamespace: app.defaultNamespace,
      scopeInfo: values['metrics.scope-info'],
    };
    this.#limits = { timeout: values['collector.timeout'], maxRequests: values['web.max-requests'] };
    this.#log = log;
    this.#access = access;
    this.#collectorLog = new CollectorLog(log, undefined, config.requestedCollectors);
    this.#limitCounter = new LimitCounter(limitWarnings(log));
    this.#labelLimit = new LabelLimit(values['metrics.max-label-bytes'], this.#limitCounter.count);
    this.#host = createHost(config, this.#limitCounter.count);
    this.#pushMetrics = new PushMetrics(this.#host.now);
    this.#unsentBodies = new UnsentBodies(maxUnsentBytes(values), this.#limitCounter.count);
    this.#endpoint = new ScrapeEndpoint({
      name: app.name,
      subject: app.subject,
      host: this.#host,
      collectors,
      naming: this.#naming,
      limits: this.#limits,
      labelLimit: this.#labelLimit,
      unsentBodies: this.#unsentBodies,
      onLimit: this.#limitCounter.count,
      instruments,
      selfMetrics: this.#createSelfMetrics(),
      rejectedRequests: this.#rejectedRequests,
      onResult: (result) => this.#onResult(result),
    });
  }

  /** URLs of the listeners; empty before the start. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  /**
   * Starts pushing, opens the listeners, and runs the first pass.
   *
   * @throws {Error} if procfs does not exist, an address is in use, or pushing cannot start
   */
  async start(): Promise<void> {
    requireDescriptors();
    if (this.#config.listen.length === 0) throw new Error('Cannot listen: systemd passes no sockets to this process');
    if (this.#app.subject === 'host') this.#host.proc.list('');
    setOtelLog(this.#log);
    logProcessWarnings(this.#log);
    const resource = await readResource(this.#host, this.#config, this.#app);
    const push = await this.#startPush(resource);
    const targets = this.#targets && createTargetEndpoints(this.#targets, this.#targetOptions);
    const tls = this.#access.current.tlsServer && new TlsConnections(this.#access);
    const servers = await Servers.listen(this.#config.listen, this.#createHttpApp(resource, targets, tls), {
      limits: connectionLimits(this.#config.values),
      onLimit: this.#limitCounter.count,
      tls,
    });
    this.#urls = servers.urls;
    this.#shutdown = async () => {
      await Promise.all([servers.close(STOP_TIMEOUT_MS), push?.stop(STOP_TIMEOUT_MS)]);
      for (const endpoint of [this.#endpoint, ...(targets?.values() ?? [])]) await endpoint.shutdown();
    };
    onStopSignal((signal) => this.#stopBy(signal));
    if (this.#config.stopsWithParent) stopWithParent();
    // The outputs are logged after the signal handler is installed. A program may wait for this log line and then send a
    // signal.
    this.#logOutputs(push);
    await this.#runFirstPass();
  }

  /** Waits for up to 1.5 seconds until running scrapes and a last push have ended. Closes the listeners. */
  async stop(): Promise<void> {
    this.#readiness.markStopping();
    await this.#shutdown();
  }

  #createSelfMetrics(): readonly SelfMetrics[] {
    const { outputs, values } = this.#config;
    return [
      ...(outputs.otlp === undefined ? [] : [this.#pushMetrics]),
      buildInfoMetrics(this.#app),
      limitMetrics(this.#limitCounter),
      ...(values['web.disable-exporter-metrics'] ? [] : [processMetrics(this.#host.self), nodejsMetrics()]),
    ];
  }

  #onResult(result: CollectorResult): void {
    this.#collectorLog.log(result);
    if (result.state === 'ok') this.#readiness.markReady();
  }

  get #targetOptions() {
    return {
      host: this.#host,
      naming: this.#naming,
      limits: this.#limits,
      labelLimit: this.#labelLimit,
      unsentBodies: this.#unsentBodies,
      onLimit: this.#limitCounter.count,
      collectorLog: this.#collectorLog,
    };
  }

  #createHttpApp(
    resource: ResourceAttributes,
    targets: ReadonlyMap<string, ScrapeEndpoint> | undefined,
    tls: TlsConnections | undefined,
  ): Express {
    const { values, outputs, flagValues } = this.#config;
    const metrics = this.#endpoint.createHandler(resource);
    return createApp({
      info:
        this.#app.subject === 'host'
          ? {
              host: this.#host,
              containers: new ContainerReporter(createMetadataSourcesFrom(flagValues)),
              unsentBodies: this.#unsentBodies,
            }
          : undefined,
      metrics: outputs.scraped ? metrics : undefined,
      metricsPath: values['web.telemetry-path'],
      addHeaders: createHeaderHandler(this.#access),
      checkAccess: createAccessHandler({
        source: this.#access,
        lacksCertificate: ({ socket }) => tls?.lacksCertificate(socket) ?? false,
        onLimit: this.#limitCounter.count,
      }),
      targets: targets && this.#createTargetsHandler(targets),
      landingPage: this.#app,
      notReadyReason: () => this.#notReadyReason(),
      onError: (error) => this.#log.error({ error: String(error) }, 'Cannot handle a request'),
    });
  }

  /**
   * Returns the reason why the exporter is not ready. While no collector has succeeded, each probe starts a run of the
   * collectors, because Kubernetes may send no scrapes to a pod that is not ready.
   */
  #notReadyReason(): string | undefined {
    if (this.#readiness.isFailing) void this.#retries.run();
    return this.#readiness.reason;
  }

  #createTargetsHandler(targets: ReadonlyMap<string, ScrapeEndpoint>): RequestHandler {
    return createTargetsHandler({
      handlers: new Map([...targets].map(([target, endpoint]) => [target, endpoint.createHandler()])),
      onRejected: () => {
        this.#rejectedRequests.count += 1;
      },
    });
  }

  /**
   * Starts the push if it is enabled. The code of the push is loaded on demand, to save time and memory in an exporter
   * without a push.
   */
  async #startPush(resource: ResourceAttributes): Promise<PushPipeline | undefined> {
    const { values, outputs } = this.#config;
    if (outputs.otlp === undefined) return undefined;
    const { PushPipeline } = await import('../export/otlp/pipeline.ts');
    const repeats = new RepeatFilter();
    const warn = ({ message }: Error): void => {
      if (repeats.isDue(message)) this.#log.warn(message);
    };
    return PushPipeline.start({
      config: outputs.otlp,
      gatherer: this.#endpoint.gatherer,
      resource,
      naming: this.#naming,
      bootTime: new BootTime(this.#host.forCollector(warn)),
      now: this.#host.now,
      passTimeout: values['collector.timeout'],
      pushMetrics: this.#pushMetrics,
      log: this.#log,
    });
  }

  #logOutputs(push: PushPipeline | undefined): void {
    const { values, outputs } = this.#config;
    const paths = [
      ...(outputs.scraped ? [values['web.telemetry-path']] : []),
      ...(this.#app.subject === 'host' ? ['/info'] : []),
      ...(this.#targets ? [SCRAPE_PATH] : []),
    ];
    const served = paths.length === 0 ? '' : `${paths.join(' and ')} `;
    this.#log.info(`Serving ${served}on ${this.#urls.join(' and ')}`);
    if (push !== undefined)
      this.#log.info(`Pushing to ${push.address} every ${formatDuration(values['otlp.interval'])}`);
  }

  /**
   * Runs the collectors once. An exporter without collectors is ready before this run. An exporter for another system is
   * also ready before this run, because it has to report whether this system is down.
   */
  async #runFirstPass(): Promise<void> {
    if (this.#endpoint.gatherer.collectors.length === 0 || this.#app.subject === 'system') this.#readiness.markReady();
    await this.#endpoint.runCollectors();
    this.#readiness.endFirstPass();
  }

  /**
   * Stops the exporter after the delay of `--web.shutdown-delay`. During the delay, load balancers can detect that the
   * exporter is not ready.
   */
  async #stopBy(signal: StopSignal): Promise<void> {
    this.#readiness.markStopping();
    this.#log.info({ signal }, 'Stopping');
    await setTimeout(this.#config.values['web.shutdown-delay'] * 1000);
    // A listener or output that does not close must not delay the exit.
    await Promise.race([this.#shutdown(), setTimeout(STOP_TIMEOUT_MS)]);
    await exitProcess(signal, () => [...this.#host.pendingCalls, ...pendingLookups()], this.#log);
  }
}

function createHost({ values, flagValues, hostname, timeZone }: Config, onLimit: OnLimit): Host {
  return new Host({
    maxContainers: maxContainersOf(flagValues),
    onLimit,
    procfs: values['path.procfs'],
    sysfs: values['path.sysfs'],
    rootfs: values['path.rootfs'],
    udevData: values['path.udev.data'],
    hostname,
    timeZone: readTimeZone(timeZone),
  });
}
