/** Trees in words that Linux's conf does not know, each as its files by their path. */
export const ONLY_KCONFIGLIB: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  globs: {
    Kconfig: 'source "parts/Kconfig.*"\nsource "parts/[x-z]?"\nosource "nothing/*"\n',
    'parts/Kconfig.b': 'config B\n\tbool "B"\n\tdefault y\n',
    'parts/Kconfig.a': 'config A\n\tbool "A"\n',
    'parts/z1': 'config Z1\n\tbool "Z1"\n',
    'parts/y1': 'config Y1\n\tbool "Y1"\n',
    'parts/a1': 'config A1\n\tbool "A1"\n',
  },
  'an assignment in the file after one that ends with a help text': {
    Kconfig: 'source "parts/*"\n',
    'parts/a': 'config A\n\tbool "A"\n\thelp\n\t  The last line.\n',
    'parts/b': 'name := B\nconfig $(name)\n\tbool "B"\n\tdefault y\n',
  },
  'relative and optional files': {
    Kconfig: 'source "one/Kconfig"\norsource "one/missing"\nosource "one/optional"\n',
    'one/Kconfig': 'rsource "two/Kconfig"\norsource "*.optional"\nconfig ONE\n\tbool "One"\n',
    'one/two/Kconfig': 'config TWO\n\tbool "Two"\nrsource "../three"\n',
    'one/three': 'config THREE\n\tbool "Three"\n\tdefault y\n',
    'one/b.optional': 'config OPTIONAL_B\n\tbool "B"\n',
    'one/optional': 'config OPTIONAL\n\tbool "Optional"\n',
  },
  'def_int, def_hex and def_string': {
    Kconfig:
      'config A\n\tbool "A"\n\tdefault y\nconfig I\n\tdef_int 5 if A\nconfig H\n\tdef_hex 0x1F\nconfig S\n\tdef_string "text"\n\tprompt "S"\nconfig N\n\tdef_int 9 if !A\n',
  },
  'option env': {
    Kconfig:
      'config FROM_ENVIRONMENT\n\tstring\n\toption env="ENV1"\nconfig COPY\n\tstring "Copy"\n\tdefault FROM_ENVIRONMENT\nconfig IS_SEVEN\n\tdef_bool SEVEN = 7\nconfig SEVEN\n\tstring\n\toption env="ENV2"\n',
  },
  'option allnoconfig_y': {
    Kconfig:
      'config EXPERT\n\tbool "Expert"\n\toption allnoconfig_y\nconfig A\n\tbool "A"\n\tdefault y\nconfig B\n\tbool "B"\n\tdepends on EXPERT\n\toption allnoconfig_y\nconfig C\n\tbool "C"\n\tdepends on A\n\toption allnoconfig_y\n',
  },
  'option defconfig_list': {
    Kconfig:
      'config DEFCONFIG_LIST\n\tstring\n\toption defconfig_list\n\tdefault "not/there"\n\tdefault "nor/there"\nconfig A\n\tbool "A"\n',
  },
  'option modules': {
    Kconfig:
      'config MODULES\n\tbool "Modules"\n\toption modules\n\tdefault y\nconfig T\n\ttristate "T"\n\tdefault m\n',
  },
};
