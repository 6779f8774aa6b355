// The table of what a person reads of a player: its form. It is loaded with the player.

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
  /** What has interrupted a take, where we know it. */
  interruptions: Partial<Record<string, string>>;
};
