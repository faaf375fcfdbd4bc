# SPDX-License-Identifier: LGPL-2.1-or-later
"""tests/interop/run: what it runs against which server, what it counts."""

import contextlib
import io
import json
import pathlib
import shutil
import sys
import tempfile
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).resolve().parents[2]

sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / 'tests' / 'interop'))
from harness import matrix, result, units  # noqa: E402


class Kinds:
    """Not for unittest to find and run."""

    class Both(unittest.TestCase):
        only = None
        seconds = 0

        def test_cup(self):
            pass

        def test_plate(self):
            pass

    class Alone(Both):
        only = ('b', 'it has no handle')
        seconds = 30

    class Carried(Both):
        @matrix.shows('cupboard', 'table', 'cups', 'plates')
        @matrix.shows('cupboard', 'sink', 'cups')
        def test_dishes(self):
            pass


# What stands in the place of a unit's process: arguments as it gets them.
STAND_IN = '''
import json, sys
server, name, *tests = sys.argv[1:]
for test in tests:
    tired = "tired" in server and len(tests) == 1
    word = "FAIL" if "plate" in test and not tired else "ok"
    print(json.dumps({"event": "test", "word": word, "name": test, "took": 1}))
    if "dies" in server:
        print("the plate is broken", file=sys.stderr)
        sys.exit(3)
print(json.dumps({"event": "units-end"}))
'''


class Gathering(unittest.TestCase):
    def setUp(self):
        loader = unittest.defaultTestLoader
        self.suite = unittest.TestSuite(
            [loader.loadTestsFromTestCase(kind) for kind in (Kinds.Both, Kinds.Alone)])
        names = unittest.mock.patch.object(units.servers, 'NAMES', ('a', 'b'))
        names.start()
        self.addCleanup(names.stop)

    def names(self, *arguments):
        return [(unit.kind.__name__, unit.server, len(unit.tests))
                for unit in units.gather(self.suite, *arguments)]

    def test_each_class_meets_each_server(self):
        self.assertEqual(self.names(), [('Both', 'a', 2), ('Both', 'b', 2),
                                        ('Alone', 'b', 2)])

    def test_one_server_can_be_chosen(self):
        self.assertEqual(self.names(['a']), [('Both', 'a', 2)])

    def test_filter_knows_the_server(self):
        self.assertEqual(self.names([], ['plate@a']), [('Both', 'a', 1)])

    def test_what_is_long_says_so(self):
        self.assertEqual(units.gather(self.suite)[-1].seconds, 30)

    def test_one_test_may_be_about_one_server(self):
        marked = unittest.mock.patch.object(
            Kinds.Both.test_cup, 'only', ('a', 'b has none'), create=True)
        with marked:
            self.assertEqual(self.names()[:2],
                             [('Both', 'a', 2), ('Both', 'b', 1)])


class Running(unittest.TestCase):
    def run_them(self, server):
        work = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, work)
        self.lines = []
        runner = units.Runner([sys.executable, '-c', STAND_IN], work,
                              lambda line, flush: self.lines.append(line))
        loader = unittest.defaultTestLoader
        tests = list(loader.loadTestsFromTestCase(Kinds.Both))
        return runner.run([units.Unit(server, Kinds.Both, tests)] * 3, 2)

    def test_results_of_all_units_add_up(self):
        count = self.run_them('a')
        self.assertEqual((count.passed, count.failed), (3, 3))
        self.assertTrue(sorted(self.lines)[-1].endswith('/cup@a (1.0 s)'),
                        self.lines)

    def test_what_failed_beside_others_gets_a_second_go(self):
        count = self.run_them('tired')
        self.assertEqual((count.passed, count.failed), (6, 0))
        for line in self.lines[-6:-3]:
            self.assertRegex(line, '^again .*/plate@tired')

    def test_many_failures_get_none(self):
        with unittest.mock.patch.object(units, 'SECOND_GOES', 0):
            count = self.run_them('tired')
        self.assertEqual((count.passed, count.failed), (3, 3))

    def test_unit_that_dies_is_a_failure(self):
        count = self.run_them('dies')
        self.assertEqual((count.passed, count.failed), (3, 3))
        self.assertIn('the plate is broken', ''.join(self.lines))
        self.assertIn('ended with 3', ''.join(self.lines))

    def test_part_of_a_test_that_fails_is_told(self):
        class Parts(unittest.TestCase):
            def test_cups(self):
                for cup in ('white', 'blue'):
                    with self.subTest(cup):
                        self.assertEqual(cup, 'white')

        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            Parts('test_cups').run(result.Result('a'))
        event = json.loads(said.getvalue())
        self.assertEqual((event['word'], event['text'][:7]), ('FAIL', ' [blue]'))


class Matrix(unittest.TestCase):
    def test_what_a_test_shows_is_in_the_table(self):
        found = matrix.table([('dishes', Kinds.Carried('test_dishes'))])
        self.assertEqual(found.splitlines()[2:],
                         ['| cupboard | sink | cups |', '| cupboard | table | cups, plates |'])

    def test_what_shows_nothing_is_not_run_for_it(self):
        tests = unittest.defaultTestLoader.loadTestsFromTestCase(Kinds.Carried)
        found = units.pick([units.Unit('a', Kinds.Carried, list(tests))], matrix.shown)
        self.assertEqual([unit.names() for unit in found], [['__main__/dishes@a']])

    def test_what_has_failed_is_said(self):
        found = matrix.table([('dishes', Kinds.Carried('test_dishes'))], {'dishes'})
        self.assertIn('| cupboard | sink | **not cups** |', found)

    def test_page_has_the_table_of_the_tests(self):
        folder = str(ROOT / 'tests' / 'interop')
        suite = unittest.defaultTestLoader.discover(folder, 'test_*.py', folder)
        wanted = matrix.table(units.named(units.gather(suite)))
        self.assertEqual(matrix.read()[1], wanted, 'run tests/interop/run BUILD --matrix')


if __name__ == '__main__':
    unittest.main(verbosity=2)
