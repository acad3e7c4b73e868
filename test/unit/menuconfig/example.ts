/** A small tree with one of everything. */
export const EXAMPLE = `mainmenu "Example configuration"

config MODULES
	bool
	option modules
	default y

menu "General"

config NAME
	string "Name of the host"
	default "mirror"

config PORT
	int "Port"
	range 1 65535
	default 5000
	help
	  The port that is listened on.

endmenu

config NET
	bool "Network"
	default y

config NET_FAST
	tristate "Fast path"
	depends on NET

choice ENGINE
	prompt "Engine"
	default BUILTIN
	help
	  What serves the images.

config BUILTIN
	bool "Built in"

config STOCK
	bool "Stock"

endchoice

menuconfig EXTRA
	bool "Extra things"
	select FORCED

if EXTRA

config EXTRA_A
	bool "A of extra"

endif

config FORCED
	bool "Rather forced"

config ADDRESS
	hex "Base address"
	default 0x1000

comment "The end"
`;
