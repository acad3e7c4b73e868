/** The part of the host's record that has the service. */
export const SERVICE_PART = 'service';

/** The part that has the mirror's folders, which are there before its configuration is. */
export const FOLDER_PART = 'folder';
