#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the stages of the test suite and adds up what they say.

Called by scripts/test. A stage is a build and the tests that run in it; what
cannot run is counted and named, never left out in silence.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What libcheck prints for each suite it has run.
CHECKS = re.compile(r'^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)$',
                    re.M)
# What Python's unittest prints at its end.
PY_RAN = re.compile(r'^Ran (\d+) tests? in ', re.M)
PY_END = re.compile(r'^(?:OK|FAILED)(?: \((.*)\))?$', re.M)
# What the interop runner exits with when the filter leaves no test.
NO_FOREIGN = 5
FOREIGN = re.compile(r'^(ok|FAIL|SKIP)\s+(\S+)\s*(.*)$')

# Meson gives up on a test after its timeout times this: a busy machine, and a
# sanitizer, take their time.
PATIENCE = {'normal': 2, 'asan': 4, 'tsan': 8, 'fuzz': 4, 'house': 2}
# How often each cell of the stop matrix is run (tests read TEST_LOOPS). What a
# sanitizer has to say it says early, and it takes its time.
LOOPS = {'normal': '100', 'asan': '10', 'tsan': '10'}

# So many programs of a stage that fail beside the others are run once more,
# alone: races in libraries, a machine that was busy for too long. What they
# said is shown, and the summary names them. A report of a sanitizer stands.
MAX_AGAIN = 2
REPORT = re.compile(r'(Address|Leak|Thread)Sanitizer|: runtime error: ')


# What the demo shows: to be encoded anew, passed through, and samples alone.
# Two have one name. They are longer than a busy machine takes for a browser.
FILMS = {
    'film.mp4': ('-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-preset',
                 'superfast', '-c:a', 'aac'),
    'film.webm': ('-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8',
                  '-g', '20', '-c:a', 'libopus'),
    'sound.wav': ('-vn',),
}
SOURCES = ('-t', '60', '-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=10',
           '-t', '60', '-f', 'lavfi', '-i', 'sine=r=48000')


class Tally:
    """How many tests passed, failed, were skipped, and which; and which
    programs passed only at the second go."""

    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []
        self.again = []

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.again += other.again

    def __str__(self):
        return (f'{self.passed} passed, {len(self.failed)} failed, '
                f'{len(self.skipped)} skipped')


def name_of(test):
    # Meson writes "project:suite / name".
    return test['name'].split(' / ', 1)[-1]


def has_failed(test):
    return test['result'] not in ('OK', 'EXPECTEDFAIL', 'SKIP')


def output_of(test):
    return (test.get('stdout') or '') + (test.get('stderr') or '')


def wanted_again(tests):
    """Those of @tests, lines of meson's testlog.json, that get a second go."""
    failed = [test for test in tests if has_failed(test)]
    if len(failed) > MAX_AGAIN or any(
            REPORT.search(output_of(test)) for test in failed):
        return []
    return failed


def count_program(test, stage):
    """The tally of one line of meson's testlog.json."""
    tally = Tally()
    name = f'{stage}: {name_of(test)}'
    output = test.get('stdout') or ''
    errors = test.get('stderr') or ''
    if test['result'] == 'SKIP':
        lines = (output + errors).strip().split('\n')
        tally.skipped.append(f'{name}: {lines[-1]}')
        return tally
    bad = 0
    checks = CHECKS.findall(output)
    ran, end = PY_RAN.search(errors), PY_END.search(errors)
    if checks:
        for total, failures, broken in checks:
            bad += int(failures) + int(broken)
            tally.passed += int(total) - int(failures) - int(broken)
    elif ran and end:
        parts = dict(re.findall(r'(\w+)=(\d+)', end.group(1) or ''))
        bad = int(parts.get('failures', 0)) + int(parts.get('errors', 0))
        skips = int(parts.get('skipped', 0))
        tally.skipped += [f'{name}: a case of it'] * skips
        tally.passed += int(ran.group(1)) - bad - skips
    elif test['result'] == 'OK':
        tally.passed += 1
    if has_failed(test):
        what = test['result'].lower()
        tally.failed += [f'{name} ({what})'] * max(bad, 1)
        show(name, output_of(test))
    return tally


def show(name, output, lines=60):
    text = output.rstrip().split('\n')
    print(f'--- {name}')
    if len(text) > lines:
        print(f'    ({len(text) - lines} lines before these)')
    for line in text[-lines:]:
        print(f'    {line}')
    print('---', flush=True)


def count_meson(tests, stage, second=None):
    """The tally of @tests; @second: by name, those of a second go."""
    tally = Tally()
    for test in tests:
        latest = (second or {}).get(test['name'], test)
        tally.add(count_program(latest, stage))
        if latest is not test and not has_failed(latest):
            tally.again.append(f'{stage}: {name_of(test)}')
    return tally


def count_foreign(lines, stage):
    """The tally of a runner that prints `ok|FAIL|SKIP name` lines."""
    tally = Tally()
    for line in lines:
        match = FOREIGN.match(line)
        if not match:
            continue
        word, name, rest = match.groups()
        if word == 'ok':
            tally.passed += 1
        elif word == 'FAIL':
            tally.failed.append(f'{stage}: {name}')
        else:
            tally.skipped.append(f'{stage}: {name}: {rest}')
    return tally


def environment(stage=None):
    env = dict(os.environ)
    # What a person has exported for a room of their own is not for the tests.
    kept = ('LIVEKIT_SERVER', 'LIVEKIT_TEST_SEED')
    for name in list(env):
        if name.startswith(('LIVEKIT_', 'GST_')) and name not in kept:
            del env[name]
    if stage in LOOPS and 'TEST_LOOPS' not in env:
        env['TEST_LOOPS'] = LOOPS[stage]
    if stage in PATIENCE:
        # Of one test. Less than its program's: then it is known which hangs.
        env.setdefault('CK_TIMEOUT_MULTIPLIER', str(PATIENCE[stage] // 2))
    return env


class Suite:
    def __init__(self, options):
        self.options = options
        self.cores = os.cpu_count() or 2

    def command(self, words, stage, **more):
        done = subprocess.run(
            words, cwd=ROOT, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
        if done.returncode != 0:
            show(f"{stage}: {' '.join(words[:3])}", done.stdout)
        return done.returncode == 0

    def configure(self, stage, folder, *settings, compiler=None):
        """Makes the build folder, or makes it again when it was made with
        other settings."""
        if self.options.required:
            settings += ('-Dwerror=true',)
        settings += ('-Dtests=enabled',)
        stamp = ROOT / folder / '.settings'
        wanted = ' '.join((compiler or '',) + settings)
        if stamp.exists() and stamp.read_text() == wanted:
            return True
        shutil.rmtree(ROOT / folder, ignore_errors=True)
        env = environment()
        if compiler:
            env['CC'] = compiler
        if not self.command(['meson', 'setup', folder, *settings], stage,
                            env=env):
            return False
        stamp.write_text(wanted)
        return True

    def build(self, stage, folder, *settings, compiler=None):
        start = time.monotonic()
        good = (self.configure(stage, folder, *settings, compiler=compiler)
                and self.command(['ninja', '-C', folder], stage))
        if good:
            print(f'   built {folder} in {time.monotonic() - start:.0f} s',
                  flush=True)
        return good

    def choose(self, folder, wanted):
        """Names of the tests in @folder that @wanted and the filter take."""
        out = subprocess.run(
            ['meson', 'introspect', '--tests', folder], cwd=ROOT, check=True,
            stdout=subprocess.PIPE, text=True).stdout
        names = []
        for test in json.loads(out):
            suites = {each.split(':')[-1] for each in test['suite']}
            name = test['name']
            if wanted(name, suites) and (
                    not self.options.names
                    or any(each in name for each in self.options.names)):
                names.append(name)
        return names

    def meson_test(self, stage, folder, wanted):
        names = self.choose(folder, wanted)
        if not names:
            if not self.options.names:
                return self.broken(stage, 'no test belongs to this stage')
            return Tally()
        # Many tests wait more than they work; fuzzers only work.
        jobs = self.cores + (stage != 'fuzz')
        tests = self.run_meson(stage, folder, jobs, names)
        if not tests:
            return self.broken(stage, 'meson ran no test')
        again = wanted_again(tests) if stage in LOOPS else []
        for test in again:
            show(f'{stage}: {name_of(test)}, which is run once more, alone',
                 output_of(test))
        second = again and self.run_meson(
            stage, folder, 1, [name_of(test) for test in again], 'testlog-again')
        tally = count_meson(tests, stage,
                            {test['name']: test for test in second})
        for line in tally.failed:
            print(f'   FAIL {line}')
        return tally

    def run_meson(self, stage, folder, jobs, names, base='testlog'):
        """What became of the tests, as meson's testlog.json has it."""
        log = ROOT / folder / 'meson-logs' / f'{base}.json'
        log.unlink(missing_ok=True)
        # Its exit code says no more than the log does, and the log says which.
        subprocess.run(
            ['meson', 'test', '-C', folder, '--no-rebuild', '--quiet',
             '--logbase', base, '--num-processes', str(jobs),
             '--timeout-multiplier', str(PATIENCE[stage]), *names],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            env=environment(stage), check=False)
        if not log.exists():
            return []
        with open(log, encoding='utf-8', errors='replace') as lines:
            return [json.loads(line) for line in lines]

    def broken(self, stage, why):
        tally = Tally()
        tally.failed.append(f'{stage}: {why}')
        return tally

    def house(self):
        if not self.configure('house', 'build'):
            return self.broken('house', 'the build cannot be configured')
        return self.meson_test('house', 'build',
                               lambda name, suites: 'house' in suites)

    def normal(self):
        if not self.build('normal', 'build'):
            return self.broken('normal', 'does not build')
        suites_wanted = {'unit', 'elements'}
        if not self.options.quick:
            suites_wanted.add('stop')
        return self.meson_test('normal', 'build', lambda name, suites:
                               suites & suites_wanted)

    def asan(self):
        if not self.build('asan', 'build-asan',
                          '-Db_sanitize=address,undefined', '-Db_lundef=false'):
            return self.broken('asan', 'does not build')
        return self.meson_test('asan', 'build-asan', lambda name, suites:
                               suites & {'unit', 'elements', 'stop'})

    def tsan(self):
        if not self.build('tsan', 'build-tsan', '-Db_sanitize=thread',
                          '-Db_lundef=false'):
            return self.broken('tsan', 'does not build')
        # The registry: plugins that are loaded to be looked at start threads,
        # and no test may be forked then.
        return self.meson_test('tsan', 'build-tsan', lambda name, suites:
                               suites & {'stop', 'life'}
                               or name == 'house/registry')

    def fuzz(self):
        if not shutil.which('clang'):
            tally = Tally()
            tally.skipped.append('fuzz: clang is not installed')
            return tally
        if not self.build('fuzz', 'build-fuzz', '-Dfuzz=true',
                          '-Db_sanitize=address,undefined', '-Db_lundef=false',
                          compiler='clang'):
            return self.broken('fuzz', 'does not build')
        return self.meson_test('fuzz', 'build-fuzz',
                               lambda name, suites: 'fuzz' in suites)

    def interop(self):
        if not self.build('interop', 'build'):
            return self.broken('interop', 'does not build')
        lines = []
        with subprocess.Popen(
                ['tests/interop/run', str(ROOT / 'build'),
                 *self.options.names], cwd=ROOT, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, env=environment()) as run:
            for line in run.stdout:
                print(f'   {line}', end='', flush=True)
                lines.append(line.rstrip('\n'))
        tally = count_foreign(lines, 'interop')
        tally.add(self.interop_end(run.returncode, bool(tally.failed)))
        return tally

    def interop_end(self, code, told):
        """What its exit code says that its lines have not."""
        if code == NO_FOREIGN:
            if self.options.names:
                return Tally()
            return self.broken('interop', 'it ran no test')
        if code != 0 and not told:
            return self.broken('interop', f'exit code {code}')
        return Tally()


    def demo(self):
        """What a newcomer runs, with a browser that looks."""
        if self.options.names and not any(name in 'demo/check'
                                          for name in self.options.names):
            return Tally()
        if not shutil.which('chromium'):
            tally = Tally()
            tally.skipped.append('demo: chromium is not installed')
            return tally
        # Somebody may run one at the port that it usually has.
        env = {**environment(), 'GST_ROOM_SERVER_PORT': '0'}
        look = ['scripts/demo', '--check', '--no-setup']
        if not self.command(look, 'demo', env=env):
            return self.broken('demo', 'scripts/demo --check has failed')
        with tempfile.TemporaryDirectory() as folder:
            films = [os.path.join(folder, name) for name in FILMS]
            if not self.make_films(films) \
                    or not self.command([*look, *films], 'demo', env=env):
                return self.broken('demo', 'scripts/demo --check of films '
                                   'has failed')
        tally = Tally()
        tally.passed = 2
        return tally

    def make_films(self, films):
        return all(self.command(
            ['ffmpeg', '-v', 'error', '-nostdin', *SOURCES,
             *FILMS[os.path.basename(film)], film], 'demo')
            for film in films)


STAGES = ('house', 'normal', 'asan', 'tsan', 'fuzz', 'interop', 'demo')
QUICK = ('house', 'normal')


def parse(words):
    parser = argparse.ArgumentParser(prog='scripts/test')
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--stage', action='append', choices=STAGES)
    parser.add_argument('--required', action='store_true',
                        default=os.environ.get('CI') == 'true')
    parser.add_argument('--no-setup', action='store_true')
    return parser.parse_args(words)


def verdict(total, required):
    """The exit code."""
    if total.failed or (required and total.skipped):
        return 1
    if total.passed == 0:
        return 1
    return 0


def main():
    options = parse(sys.argv[1:])
    # A shell that runs this in the background has them ignored, and tests send
    # them to programs that leave alone what they find ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    suite = Suite(options)
    stages = options.stage or (QUICK if options.quick else STAGES)
    total = Tally()
    times = []
    for stage in STAGES:
        if stage not in stages:
            continue
        print(f'== {stage}', flush=True)
        start = time.monotonic()
        tally = getattr(suite, stage)()
        times.append((stage, time.monotonic() - start, str(tally)))
        print(f'   {stage}: {tally}, {times[-1][1]:.0f} s', flush=True)
        total.add(tally)
    print('== summary')
    for stage, seconds, words in times:
        print(f'   {stage:8} {seconds:6.0f} s   {words}')
    for stage in STAGES:
        if stage not in stages:
            print(f'   {stage:8} not asked for')
    for line in total.failed:
        print(f'   FAIL {line}')
    for line in total.again:
        print(f'   AGAIN {line} failed beside others, passed alone')
    for line in total.skipped:
        print(f"   SKIP {line}{' (required)' if options.required else ''}")
    if total.passed == 0 and not total.failed:
        print('   no test has this name')
    print(total, flush=True)
    return verdict(total, options.required)


if __name__ == '__main__':
    sys.exit(main())
