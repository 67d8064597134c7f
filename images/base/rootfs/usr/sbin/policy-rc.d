#!/bin/sh
# A package that is being installed must not start its service while an image is built.
exit 101
