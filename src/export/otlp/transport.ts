/** What became of one try to push. */
export type ExportResponse =
  | {
      readonly kind: 'taken';
      /** Data points that the Collector did not want. */
      readonly rejected: number;
      /** What it says of them, or of what it took. */
      readonly message: string;
    }
  | {
      /** It may be taken later. */
      readonly kind: 'later';
      readonly reason: string;
      /** How long the Collector wants to be left alone. */
      readonly afterMs?: number;
    }
  | {
      /** It will not be taken, however often it is tried. */
      readonly kind: 'never';
      readonly reason: string;
    };

/** The way to a Collector. */
export interface Transport {
  /** As a log line may show it. */
  readonly address: string;
  /** What is sent for a reading that the serializer has written; made once, however often it is sent. */
  encode(message: Uint8Array): Promise<Uint8Array>;
  /** Never rejects. */
  send(body: Uint8Array): Promise<ExportResponse>;
  close(): void;
}

/** How the conventions of OTLP name what was refused in part, in protobuf and in JSON. */
export interface ServiceResponse {
  readonly partialSuccess?: {
    readonly rejectedDataPoints?: number | string;
    readonly errorMessage?: string;
  };
}

export function takenWith({ partialSuccess = {} }: ServiceResponse): ExportResponse {
  const { rejectedDataPoints = 0, errorMessage = '' } = partialSuccess;
  return { kind: 'taken', rejected: Number(rejectedDataPoints), message: errorMessage };
}
