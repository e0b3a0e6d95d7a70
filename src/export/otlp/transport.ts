/** The result of one attempt to send a push. OpenTelemetry's exporters use the same statuses. */
export type ExportResponse =
  | {
      readonly status: 'success';
      /** The number of data points that the Collector rejected. */
      readonly rejected: number;
      /** The Collector's reason for the rejection, or a warning. */
      readonly message: string;
    }
  | {
      /** Another attempt may succeed. */
      readonly status: 'retryable';
      readonly reason: string;
      /** Delay that the Collector requests before the next attempt; `undefined` if the Collector requests no delay. */
      readonly retryInMillis?: number;
    }
  | {
      /** No further attempt can succeed. */
      readonly status: 'failure';
      readonly reason: string;
    };

/** Sends serialized metrics to a Collector. */
export interface Transport {
  /** The Collector's address for log messages, without secrets. */
  readonly address: string;
  /** Returns the request body for serialized metrics. Called once per push, even if the push is sent several times. */
  encode(message: Uint8Array): Promise<Uint8Array>;
  /** Sends a request body. The promise never rejects; an error is a result too. */
  send(body: Uint8Array): Promise<ExportResponse>;
  close(): void;
}

export function toRetryable(reason: string, retryInMillis: number | undefined): ExportResponse {
  return retryInMillis === undefined ? { status: 'retryable', reason } : { status: 'retryable', reason, retryInMillis };
}
