/** What proves to an upstream who asks. */
export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A refresh token, exchanged for access tokens at the upstream's token server. */
  | { readonly kind: 'identity-token'; readonly token: string };

/** Where credentials are looked up. */
export interface CredentialSource {
  /** The file that holds them, for hints; undefined when none is configured. */
  readonly file: string | undefined;
  /**
   * The credential for a repository of a registry; undefined to ask anonymously. Never throws: what is wrong with the file
   * or a helper is logged, once.
   * @param host the registry as it stands in references, such as `docker.io`
   */
  find(host: string, repository: string): Promise<Credential | undefined>;
}
