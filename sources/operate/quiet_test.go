//go:build !race

package operate_test

const racing = false
