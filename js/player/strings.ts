// The type of the player's table of strings.

export type PlayerStrings = {
  take: string;
  play: string;
  pausePlaying: string;
  position: string;
  positionOf: string;
  download: string;
  fetching: string;
  empty: string;
  unplayable: string;
  unanswered: string;
  span: string;
  mono: string;
  stereo: string;
  channels: string;
  kilohertz: string;
  interrupted: string;
  /** By the causes of an interruption; an unlisted cause is shown as it is. */
  interruptions: Partial<Record<string, string>>;
};
