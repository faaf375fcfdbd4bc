# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/check-house: each rule lets a clean tree pass and can fail."""

import importlib.machinery
import importlib.util
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader(
    'check_house', str(ROOT / 'scripts' / 'check-house'))
spec = importlib.util.spec_from_loader('check_house', loader)
check_house = importlib.util.module_from_spec(spec)
loader.exec_module(check_house)

SPDX_C = '/* SPDX-License-Identifier: LGPL-2.1-or-later */\n'
SPDX_SH = '# SPDX-License-Identifier: LGPL-2.1-or-later\n'

CLEAN = {
    'lib/life/lifecup.h': SPDX_C + '#pragma once\n\n#include <glib.h>\n\n'
                          'void life_cup_fill (guint n);\n',
    'lib/life/lifecup.c': SPDX_C + '#include "life/lifecup.h"\n\n'
                          'static const guint sizes[] = { 1, 2 };\n\n'
                          'void\nlife_cup_fill (guint n)\n{\n'
                          '  (void) sizes[n];\n}\n',
    'tests/lib/life/lifecup.c': SPDX_C + 'int\nmain (void)\n{\n'
                                '  return 0;\n}\n',
    'tests/lib/life/meson.build': SPDX_SH + "foreach t : ['lifecup']\n"
                                  'endforeach\n',
    'lib/livekit/livekittale.c': SPDX_C + '#include "livekit/livekittale.h"\n',
    'lib/livekit/livekittale.h': SPDX_C + '#pragma once\n\n'
                                 '#include "life/lifecup.h"\n',
    'lib/livekit/livekitwire.h': SPDX_C + '#pragma once\n',
    'tests/lib/livekit/livekittale.c': SPDX_C,
    'tests/lib/livekit/meson.build': SPDX_SH + "x = 'livekittale'\n",
    'gst/room/roomcup.c': SPDX_C + '#include <gst/gst.h>\n'
                          '#include "livekit/livekittale.h"\n',
    'gst/room/plugin.c': SPDX_C + '#include <gst/gst.h>\n',
    'scripts/floors.txt': SPDX_SH + 'lib/life/* 0\nlib/livekit/*tale 3 '
                          'gst/gst.h\nlib/livekit/*wire 4\n'
                          'gst/room/plugin 6 gst/*\ngst/room/* 5 gst/*\n',
    'scripts/exceptions.txt': SPDX_SH,
    'README.md': '# Cups\n',
}


def body(lines):
    return ('void\nlife_cup_fill (guint n)\n{\n' + '  (void) n;\n'
            * (lines - 2) + '}\n')


class Tree(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for path, text in CLEAN.items():
            self.write(path, text)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def append(self, path, text):
        self.write(path, (self.root / path).read_text() + text)

    def rules(self):
        return [(path, rule) for path, _, rule, _ in
                check_house.check(self.root)]

    def found(self, path, rule):
        self.assertEqual(self.rules(), [(path, rule)])


class Rules(Tree):
    def test_clean_tree_passes(self):
        self.assertEqual(check_house.check(self.root), [])

    def test_missing_spdx_is_found(self):
        self.write('scripts/go', '#!/bin/sh\necho\n')
        self.found('scripts/go', 'spdx')

    def test_long_file_is_found(self):
        self.append('lib/life/lifecup.c', '\n' * 600)
        self.found('lib/life/lifecup.c', 'length')

    def test_long_header_is_found(self):
        self.append('lib/life/lifecup.h', '\n' * 150)
        self.found('lib/life/lifecup.h', 'length')

    def test_function_of_60_lines_passes(self):
        self.append('lib/life/lifecup.c', body(60))
        self.assertEqual(self.rules(), [])

    def test_function_of_61_lines_is_found(self):
        self.append('lib/life/lifecup.c', body(61))
        self.found('lib/life/lifecup.c', 'function')

    def test_long_function_may_be_excused(self):
        self.append('lib/life/lifecup.c', body(61))
        self.append('scripts/exceptions.txt', 'function '
                    'lib/life/lifecup.c:life_cup_fill one table of cups\n')
        self.assertEqual(self.rules(), [])

    def test_function_over_100_lines_is_never_excused(self):
        self.append('lib/life/lifecup.c', body(101))
        self.append('scripts/exceptions.txt', 'function '
                    'lib/life/lifecup.c:life_cup_fill one table of cups\n')
        self.assertIn(('lib/life/lifecup.c', 'function'), self.rules())

    def test_wide_line_is_found(self):
        self.append('lib/life/lifecup.c', '/* ' + 'x' * 100 + ' */\n')
        self.found('lib/life/lifecup.c', 'columns')

    def test_white_space_is_found(self):
        for text in ('x \n', 'x'):
            with self.subTest(text=text):
                self.write('README.md', text)
                self.found('README.md', 'white')

    def test_seeds_of_the_fuzzers_are_not_text(self):
        self.write('tests/fuzz/corpus/cup/seed', 'x ')
        self.assertEqual(self.rules(), [])

    def test_tab_in_code_is_found(self):
        self.append('lib/life/lifecup.c', '\t/* tea */\n')
        self.found('lib/life/lifecup.c', 'white')

    def test_unguarded_header_is_found(self):
        self.write('lib/life/lifecup.h', SPDX_C)
        self.found('lib/life/lifecup.h', 'header')

    def test_included_source_is_found(self):
        self.append('tests/lib/life/lifecup.c', '#include "lifecup.c"\n')
        self.found('tests/lib/life/lifecup.c', 'header')

    def test_unfinished_words_are_found(self):
        for word in ('TO' 'DO', 'FIX' 'ME', 'XX' 'X'):
            with self.subTest(word=word):
                self.write('gst/room/roomcup.c', SPDX_C + f'/* {word} */\n')
                self.found('gst/room/roomcup.c', 'leftover')

    def test_debug_output_is_found(self):
        self.append('gst/room/roomcup.c', 'g_print ("tea");\n')
        self.found('gst/room/roomcup.c', 'leftover')

    def test_debug_output_in_a_string_passes(self):
        self.append('gst/room/roomcup.c', 'x ("g_print (1)");\n')
        self.assertEqual(self.rules(), [])

    def test_sleep_in_a_test_is_found(self):
        self.append('tests/lib/life/lifecup.c', 'g_usleep (1);\n')
        self.found('tests/lib/life/lifecup.c', 'leftover')

    def test_missing_test_is_found(self):
        (self.root / 'tests/lib/life/lifecup.c').unlink()
        self.found('lib/life/lifecup.c', 'mirror')

    def test_unbuilt_test_is_found(self):
        self.write('tests/lib/life/meson.build', SPDX_SH)
        self.found('tests/lib/life/lifecup.c', 'mirror')

    def test_gtype_in_lib_is_found(self):
        for text in ('G_DEFINE_TYPE (Cup, cup, G_TYPE_OBJECT);\n',
                     '  cup_get_type ();\n'):
            with self.subTest(text=text):
                self.write('lib/life/lifecup.c', SPDX_C + text)
                self.found('lib/life/lifecup.c', 'gtype')

    def test_autoptr_line_in_lib_passes(self):
        self.append('lib/life/lifecup.h', 'G_DEFINE_AUTOPTR_CLEANUP_FUNC '
                    '(LifeCup, life_cup_free)\n')
        self.assertEqual(self.rules(), [])

    def test_variable_in_lib_is_found(self):
        for text in ('static guint cups;\n', 'static gchar *tea = NULL;\n',
                     'guint cups = 3;\n', '  static guint cups = 3;\n'):
            with self.subTest(text=text):
                self.write('lib/life/lifecup.c', SPDX_C + text)
                self.found('lib/life/lifecup.c', 'global')

    def test_goto_elsewhere_is_found(self):
        self.append('gst/room/roomcup.c', '  goto tea;\n')
        self.found('gst/room/roomcup.c', 'goto')

    def test_machine_path_is_found(self):
        self.write('README.md', 'see ' + '/wor' + 'k/cup\n')
        self.found('README.md', 'foreign')

    def test_registry_host_is_found(self):
        self.write('README.md', 'from registry' + '.npmjs.org\n')
        self.found('README.md', 'foreign')

    def test_secret_is_found(self):
        self.write('README.md', '-----BEGIN ' + 'PRIVATE KEY-----\n')
        self.found('README.md', 'foreign')

    def test_limit_that_is_another_is_found(self):
        row = '| things, bytes | {} | `LIFE_MAX_A`, `LIFE_MAX_B` |\n'
        head = CLEAN['lib/life/lifecup.h'] + (
            '#define LIFE_MAX_A 7\n#define LIFE_MAX_B (2 * LIFE_MAX_C)\n'
            '#define LIFE_MAX_C (3 * 1024)\n')
        self.write('lib/life/lifecup.h', head)
        self.write('README.md', row.format('7, 6 KiB'))
        self.assertEqual(self.rules(), [])
        for wrong in ('7, 5 KiB', '8, 6 KiB', '7'):
            self.write('README.md', row.format(wrong))
            self.found('README.md', 'limits')

    def test_exception_needs_a_reason(self):
        self.append('scripts/exceptions.txt', 'goto lib/life/lifecup.c\n')
        self.found('scripts/exceptions.txt', 'exceptions')

    def test_idle_exception_is_found(self):
        self.append('scripts/exceptions.txt',
                    'goto lib/life/lifecup.c it was so\n')
        self.found('scripts/exceptions.txt', 'exceptions')


class Floors(Tree):
    def test_unlisted_file_is_found(self):
        self.write('lib/livekit/livekitpot.h', SPDX_C + '#pragma once\n')
        self.found('lib/livekit/livekitpot.h', 'floors')

    def test_climbing_include_is_found(self):
        self.append('lib/livekit/livekittale.h',
                    '#include "livekit/livekitwire.h"\n')
        self.found('lib/livekit/livekittale.h', 'floors')

    def test_other_module_is_found(self):
        self.append('lib/life/lifecup.h',
                    '#include "livekit/livekittale.h"\n')
        self.assertIn(('lib/life/lifecup.h', 'floors'), self.rules())

    def use_other_tool(self, headers):
        self.write('tools/pot/pot.h', SPDX_C + '#pragma once\n')
        self.write('tools/cup/cup.c', SPDX_C + '#include "pot/pot.h"\n')
        self.append('scripts/floors.txt',
                    f'tools/pot/* 5\ntools/cup/* 5{headers}\n')

    def test_other_tool_is_found(self):
        self.use_other_tool('')
        self.found('tools/cup/cup.c', 'floors')

    def test_other_tool_that_is_named_is_let_pass(self):
        self.use_other_tool(' pot/pot.h')
        self.assertNotIn(('tools/cup/cup.c', 'floors'), self.rules())

    def test_edge_is_not_included(self):
        self.write('gst/room/plugin.h', SPDX_C + '#pragma once\n')
        self.append('gst/room/roomcup.c', '#include "plugin.h"\n')
        self.assertIn(('gst/room/roomcup.c', 'floors'), self.rules())

    def test_unlisted_system_header_is_found(self):
        self.append('lib/life/lifecup.h', '#include <libsoup/soup.h>\n')
        self.found('lib/life/lifecup.h', 'floors')

    def test_logging_below_floor_3_is_found(self):
        self.append('lib/life/lifecup.c', 'g_warning ("tea");\n')
        self.found('lib/life/lifecup.c', 'floors')

    def test_clock_on_floor_3_is_found(self):
        self.append('lib/livekit/livekittale.c', 'g_get_monotonic_time ();\n')
        self.found('lib/livekit/livekittale.c', 'floors')

    def test_thread_on_floor_3_is_found(self):
        self.append('lib/livekit/livekittale.c', 'g_thread_new (1);\n')
        self.found('lib/livekit/livekittale.c', 'floors')

    def test_socket_on_floor_3_is_found(self):
        self.append('lib/livekit/livekittale.c', 'g_socket_new (1);\n')
        self.found('lib/livekit/livekittale.c', 'floors')

    def test_element_in_lib_is_found(self):
        self.append('lib/livekit/livekitwire.h', 'GstElement *e;\n')
        self.assertIn(('lib/livekit/livekitwire.h', 'floors'), self.rules())


@unittest.skipUnless(shutil.which('nm') and shutil.which('cc'),
                     'needs cc and nm')
class Symbols(Tree):
    def compile(self, folder, name, text, *options):
        build = self.root / 'build'
        (build / folder).mkdir(parents=True, exist_ok=True)
        subprocess.run(['cc', '-x', 'c', '-', *options, '-o',
                        str(build / folder / name)],
                       input=text, text=True, check=True)

    def found_symbols(self):
        house = check_house.House(self.root)
        check_house.rule_symbols(house, self.root / 'build')
        return [text for _, _, _, text in sorted(house.findings)]

    def test_prefixed_names_pass(self):
        self.compile('lib/life', 'a.o', 'void life_cup_fill(void){}', '-c')
        self.assertEqual(self.found_symbols(), [])

    def test_name_without_prefix_is_found(self):
        self.compile('lib/life', 'a.o', 'void fill(void){}', '-c')
        self.assertEqual(self.found_symbols(), ['fill does not say life_'])

    def test_exported_helper_is_found(self):
        self.compile('lib/life', 'a.o', 'static int x; int life_x(void)'
                     '{return x;}', '-c')
        self.compile('gst/room', 'libgstroom.so', 'void gst_plugin_room_'
                     'register(void){} void room_cup(void){}', '-shared',
                     '-fPIC')
        self.assertEqual(self.found_symbols(), ['exports room_cup'])

    def test_empty_build_is_found(self):
        (self.root / 'build').mkdir()
        self.assertEqual(self.found_symbols(), ['nothing is built here'])


if __name__ == '__main__':
    unittest.main(verbosity=2)
