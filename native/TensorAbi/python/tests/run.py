"""Runs all tests beside this file; says "ok ..." or "FAIL ..." of each on a line of its own. ONSAGER_LIBRARY says where the library is."""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(HERE)


class Lines(unittest.TestResult):
    def addSuccess(self, test):
        print("ok Python:", test.id(), flush=True)

    def addError(self, test, err):
        super().addError(test, err)
        self._failed(test, self.errors)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._failed(test, self.failures)

    def _failed(self, test, found):
        print(found[-1][1], file=sys.stderr, flush=True)
        print("FAIL Python:", test.id(), flush=True)


sys.path.insert(0, PACKAGE)
os.environ["PYTHONPATH"] = PACKAGE
result = Lines()
unittest.defaultTestLoader.discover(HERE).run(result)
sys.exit(not result.wasSuccessful())
