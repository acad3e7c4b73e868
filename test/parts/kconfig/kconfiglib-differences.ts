/** Trees of the corpus that Kconfiglib makes something else of than Linux's conf, in some mode, and why. There, conf is right. */
export const KCONFIGLIB_DIFFERS: Readonly<Record<string, string>> = {
  'assignment-after-file-with-help': 'Kconfiglib takes the assignment',
  'assignment-after-help': 'Kconfiglib takes the assignment',
  'choice-new-after-reading': 'conf forgets that an optional choice was made when one of its values is new',
  'choice-optional': 'conf forgets that an optional choice was made when one of its values is new',
  'choice-optional-with-default':
    'conf forgets that an optional choice was made when one of its values is new',
  'choice-tristate': 'Kconfiglib reads a fragment after the preset, conf before',
  'choice-tristate-depends-on-m': 'they do not agree what the default of a value of a tristate choice is',
  'choice-with-a-bad-default': 'conf chooses the first value, Kconfiglib none',
  comparisons: 'Kconfiglib knows neither octal nor unsigned numbers',
  'defined-twice-with-other-types': 'in conf the first type counts, in Kconfiglib the last',
  'dot-config-lines': 'Kconfiglib takes no blanks around a value',
  'help-texts': 'conf reads a help text that begins in the first column, Kconfiglib takes it for empty',
  imply: 'in conf what is implied to y cannot be m',
  menus: 'Kconfiglib writes no end of a menu without entries',
  'modules-keyword': 'for Kconfiglib the symbol is always called MODULES',
  'numbers-and-range': 'Kconfiglib forgets values out of range also in a fragment',
  'prompt-conditions': 'Kconfiglib knows one prompt for each definition',
  'range-ends-as-they-are-written': 'Kconfiglib writes the end of a range anew',
  'range-forgotten-in-order': 'conf forgets values out of range in the order of its table of symbols',
  'string-default-of-a-bool': 'in conf a bool as a text is n, whatever its value',
  'submenu-behind-not-y':
    'Kconfiglib sees a loop between two values of a choice, of which conf takes one below the other',
  'user-values-of-hidden-symbols': 'Kconfiglib forgets values out of range also in a fragment',
};
