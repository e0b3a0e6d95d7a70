/** What a container is called, as far as a source can tell. */
export interface Names {
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  /** Of Kubernetes. */
  readonly namespace?: string | undefined;
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
}
