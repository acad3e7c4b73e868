/** The file of the settings that a menu shows. */
export interface ConfigurationFile {
  /** As it is shown, and typed to name it: `.config`. */
  readonly name: string;
  /**
   * Writes the settings.
   * @param path relative to where the user is
   * @returns whether anything was written: an equal file is not touched
   * @throws MirrorError
   */
  save(path: string): Promise<boolean>;
  /**
   * Lets the settings of a file take the place of those of now.
   * @returns what was strange in it, line by line
   * @throws MirrorError with nothing changed
   */
  load(path: string): Promise<readonly string[]>;
  /** Whether the file holds what would be written now. */
  isSaved(): Promise<boolean>;
}
