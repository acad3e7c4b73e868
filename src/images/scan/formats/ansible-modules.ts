/** Where a module names an image. */
export interface ImageModule {
  /** The parameter with the name. */
  readonly name: string;
  /** The parameter with the tag, when there is one. */
  readonly tag?: string;
}

const ONE_NAME: ImageModule = { name: 'image' };
const NAME_AND_TAG: ImageModule = { name: 'name', tag: 'tag' };

/** Modules of community.docker and containers.podman, by the last part of their names (the collections' references). */
export const IMAGE_MODULES: ReadonlyMap<string, ImageModule> = new Map([
  ['docker_container', ONE_NAME],
  ['docker_swarm_service', ONE_NAME],
  ['podman_container', ONE_NAME],
  ['docker_image', NAME_AND_TAG],
  ['docker_image_pull', NAME_AND_TAG],
  ['podman_image', NAME_AND_TAG],
]);

/** Modules whose parameters hold a whole manifest (kubernetes.core) or compose file (community.docker). */
export const NESTED_MODULES: ReadonlyMap<
  string,
  { readonly kind: 'manifest' | 'compose'; readonly keys: readonly string[] }
> = new Map([
  ['k8s', { kind: 'manifest', keys: ['definition', 'resource_definition', 'inline'] }],
  ['docker_compose', { kind: 'compose', keys: ['definition'] }],
  ['docker_compose_v2', { kind: 'compose', keys: ['definition'] }],
]);

/** Whether a text uses any of these modules. */
export function usesModules(text: string): boolean {
  return /^[\s-]*(?:[a-z_]+\.[a-z_]+\.)?(?:docker_(?:container|swarm_service|image|image_pull|compose|compose_v2)|podman_(?:container|image)|k8s)[ \t]*:/m.test(
    text,
  );
}
