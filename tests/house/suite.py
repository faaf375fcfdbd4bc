# SPDX-License-Identifier: LGPL-2.1-or-later
"""scripts/suite.py: what it counts, and what it never swallows."""

import contextlib
import importlib.util
import io
import pathlib
import sys
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).resolve().parents[2]

sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location(
    'suite_py', ROOT / 'scripts' / 'suite.py')
suite = importlib.util.module_from_spec(spec)
spec.loader.exec_module(suite)


def count(result, stdout='', stderr=''):
    with contextlib.redirect_stdout(io.StringIO()):
        return suite.count_program(
            {'name': 'cup', 'result': result, 'stdout': stdout,
             'stderr': stderr}, 'normal')


class Counting(unittest.TestCase):
    def test_checks_are_counted_one_by_one(self):
        tally = count('OK', 'cup\n100%: Checks: 7, Failures: 0, Errors: 0\n')
        self.assertEqual(str(tally), '7 passed, 0 failed, 0 skipped')

    def test_checks_of_several_suites_add_up(self):
        tally = count('OK', '100%: Checks: 7, Failures: 0, Errors: 0\n'
                      '100%: Checks: 2, Failures: 0, Errors: 0\n')
        self.assertEqual(tally.passed, 9)

    def test_failed_checks_are_counted(self):
        tally = count('FAIL', '50%: Checks: 4, Failures: 1, Errors: 1\n')
        self.assertEqual(str(tally), '2 passed, 2 failed, 0 skipped')

    def test_bad_exit_after_good_checks_is_a_failure(self):
        tally = count('FAIL', '100%: Checks: 7, Failures: 0, Errors: 0\n')
        self.assertEqual(str(tally), '7 passed, 1 failed, 0 skipped')

    def test_program_without_checks_counts_as_one(self):
        self.assertEqual(count('OK').passed, 1)

    def test_timeout_is_a_failure(self):
        tally = count('TIMEOUT')
        self.assertEqual(str(tally), '0 passed, 1 failed, 0 skipped')
        self.assertIn('timeout', tally.failed[0])

    def test_skip_keeps_its_reason(self):
        tally = count('SKIP', 'no turnserver here\n')
        self.assertEqual(tally.skipped, ['normal: cup: no turnserver here'])

    def test_python_cases_are_counted(self):
        tally = count('OK', '', 'Ran 5 tests in 0.1s\n\nOK (skipped=2)\n')
        self.assertEqual(str(tally), '3 passed, 0 failed, 2 skipped')

    def test_failed_python_cases_are_counted(self):
        tally = count('FAIL', '', 'Ran 5 tests in 0.1s\n\n'
                      'FAILED (failures=1, errors=1)\n')
        self.assertEqual(str(tally), '3 passed, 2 failed, 0 skipped')

    def test_foreign_lines_are_counted(self):
        tally = suite.count_foreign(
            ['ok h264', 'noise', 'FAIL vp8', 'SKIP turn no turnserver'],
            'interop')
        self.assertEqual(str(tally), '1 passed, 1 failed, 1 skipped')
        self.assertEqual(tally.skipped, ['interop: turn: no turnserver'])


class Verdict(unittest.TestCase):
    def total(self, passed=0, failed=0, skipped=0):
        tally = suite.Tally()
        tally.passed = passed
        tally.failed = ['x'] * failed
        tally.skipped = ['x'] * skipped
        return tally

    def test_failure_fails(self):
        self.assertEqual(suite.verdict(self.total(9, 1), False), 1)

    def test_skip_passes_here(self):
        self.assertEqual(suite.verdict(self.total(9, 0, 1), False), 0)

    def test_skip_fails_where_required(self):
        self.assertEqual(suite.verdict(self.total(9, 0, 1), True), 1)

    def test_nothing_run_fails(self):
        self.assertEqual(suite.verdict(self.total(), False), 1)

    def test_ci_requires_everything(self):
        with unittest.mock.patch.dict('os.environ', {'CI': 'true'}):
            self.assertTrue(suite.parse([]).required)


def program(name, result='OK', stdout=''):
    return {'name': f'room:unit / {name}', 'result': result, 'stdout': stdout}


class SecondGo(unittest.TestCase):
    def wanted(self, *tests):
        return [suite.name_of(test) for test in suite.wanted_again(tests)]

    def test_who_failed_gets_one(self):
        self.assertEqual(self.wanted(
            program('cup'), program('jug', 'FAIL'), program('pan', 'TIMEOUT'),
            program('lid', 'SKIP')), ['jug', 'pan'])

    def test_many_that_failed_get_none(self):
        self.assertEqual(
            self.wanted(*(program(name, 'FAIL') for name in 'abc')), [])

    def test_report_of_a_sanitizer_stands(self):
        for report in ('WARNING: ThreadSanitizer: data race',
                       '==7==ERROR: AddressSanitizer: heap-use-after-free',
                       '==7==ERROR: LeakSanitizer: detected memory leaks',
                       'cup.c:9:3: runtime error: shift exponent 64'):
            self.assertEqual(self.wanted(program('cup', 'FAIL', report)), [])

    def count(self, second):
        good = '100%: Checks: 3, Failures: 0, Errors: 0\n'
        first = [program('cup', 'OK', good), program('jug', 'TIMEOUT')]
        with contextlib.redirect_stdout(io.StringIO()):
            return suite.count_meson(
                first, 'normal',
                {second['name']: second} if second else None)

    def test_one_that_is_passed_is_named(self):
        tally = self.count(program(
            'jug', 'OK', '100%: Checks: 2, Failures: 0, Errors: 0\n'))
        self.assertEqual(str(tally), '5 passed, 0 failed, 0 skipped')
        self.assertEqual(tally.again, ['normal: jug'])

    def test_one_that_fails_is_a_failure(self):
        tally = self.count(program('jug', 'FAIL'))
        self.assertEqual(tally.failed, ['normal: jug (fail)'])
        self.assertEqual(tally.again, [])

    def test_without_one_the_first_counts(self):
        self.assertEqual(self.count(None).failed, ['normal: jug (timeout)'])


class InteropEnd(unittest.TestCase):
    def end(self, code, *names, told=False):
        return suite.Suite(suite.parse(list(names))).interop_end(code, told)

    def test_filter_may_leave_no_foreign_test(self):
        self.assertEqual(self.end(suite.NO_FOREIGN, 'gate').failed, [])

    def test_no_foreign_test_at_all_is_a_failure(self):
        self.assertEqual(len(self.end(suite.NO_FOREIGN).failed), 1)

    def test_end_without_a_reason_is_a_failure(self):
        self.assertEqual(len(self.end(1).failed), 1)

    def test_failed_tests_are_not_counted_twice(self):
        self.assertEqual(self.end(1, told=True).failed, [])


class Demo(unittest.TestCase):
    def run_stage(self, works=True, browser=True, names=()):
        options = unittest.mock.Mock(names=list(names))
        run = suite.Suite(options)
        run.command = unittest.mock.Mock(return_value=works)
        with unittest.mock.patch.object(
                suite.shutil, 'which', lambda name: name if browser else None):
            return run, run.demo()

    def test_it_is_two_tests_with_and_without_films(self):
        run, tally = self.run_stage()
        self.assertEqual(str(tally), '2 passed, 0 failed, 0 skipped')
        words = run.command.call_args.args[0]
        self.assertEqual([pathlib.Path(word).name for word in words[3:]],
                         list(suite.FILMS))

    def test_its_failure_is_told(self):
        self.assertEqual(self.run_stage(works=False)[1].failed,
                         ['demo: scripts/demo --check has failed'])

    def test_without_a_browser_it_is_skipped(self):
        run, tally = self.run_stage(browser=False)
        self.assertEqual(tally.skipped, ['demo: chromium is not installed'])
        run.command.assert_not_called()

    def test_it_takes_no_port_that_somebody_may_have(self):
        env = self.run_stage()[0].command.call_args.kwargs['env']
        self.assertEqual(env['GST_ROOM_SERVER_PORT'], '0')

    def test_a_filter_may_leave_it_out(self):
        run, tally = self.run_stage(names=['gate'])
        self.assertEqual(str(tally), '0 passed, 0 failed, 0 skipped')
        run.command.assert_not_called()


class Environment(unittest.TestCase):
    def test_room_of_the_person_is_not_used(self):
        with unittest.mock.patch.dict(
                'os.environ', {'LIVEKIT_URL': 'wss://example.com'}):
            self.assertNotIn('LIVEKIT_URL', suite.environment())

    def test_seed_of_the_person_is_kept(self):
        with unittest.mock.patch.dict(
                'os.environ', {'LIVEKIT_TEST_SEED': '7'}):
            self.assertEqual(suite.environment()['LIVEKIT_TEST_SEED'], '7')

    def test_sanitizers_repeat_less(self):
        with unittest.mock.patch.dict('os.environ'):
            suite.os.environ.pop('TEST_LOOPS', None)
            self.assertLess(int(suite.environment('tsan')['TEST_LOOPS']), 100)

    def test_a_test_under_a_sanitizer_has_more_time(self):
        with unittest.mock.patch.dict('os.environ'):
            suite.os.environ.pop('CK_TIMEOUT_MULTIPLIER', None)
            normal, tsan = (
                int(suite.environment(stage)['CK_TIMEOUT_MULTIPLIER'])
                for stage in ('normal', 'tsan'))
        self.assertGreaterEqual(normal, 1)
        self.assertGreater(tsan, normal)

    def test_loops_asked_for_are_run(self):
        with unittest.mock.patch.dict('os.environ', {'TEST_LOOPS': '1000'}):
            self.assertEqual(suite.environment('tsan')['TEST_LOOPS'], '1000')


if __name__ == '__main__':
    unittest.main(verbosity=2)
