package cache

import "golang.org/x/sys/unix"

// networkFS reports whether folder lies on a file system that other machines may write too, and where locks and shared
// memory therefore can't be trusted. An unknown one counts as local.
func networkFS(folder string) bool {
	var s unix.Statfs_t
	if err := statfs(folder, &s); err != nil {
		return false
	}
	switch uint32(s.Type) { // the numbers are those of statfs(2)
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.V9FS_MAGIC,
		unix.AFS_SUPER_MAGIC, unix.AFS_FS_MAGIC, unix.CODA_SUPER_MAGIC, unix.NCP_SUPER_MAGIC, unix.CEPH_SUPER_MAGIC,
		unix.FUSE_SUPER_MAGIC, // sshfs and its like; a local one only loses the write-ahead log
		0x0BD00BD0,            // Lustre
		0x01161970,            // GFS2
		0x7461636f,            // OCFS2
		0x19830326:            // BeeGFS
		return true
	}
	return false
}
