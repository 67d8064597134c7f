/** Of all add-ons. */
export const oursAndLasting = {
  // What somebody changed by hand is the program's again, as with everything else.
  resolveConflictsOnCreate: "OVERWRITE",
  resolveConflictsOnUpdate: "OVERWRITE",
  // On the way down the pods run on until their nodes go: volumes of pods that have just been deleted still get
  // detached and deleted.
  preserve: true,
} as const;
