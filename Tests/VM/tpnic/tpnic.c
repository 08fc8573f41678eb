// SPDX-License-Identifier: GPL-2.0
/*
 * tpnic: a pair of Ethernet devices, tp0 and tp1, cabled to each other, each with hardware timestamps and
 * a PTP clock. For tests in a VM only.
 *
 * Both PTP clocks are exact functions of CLOCK_MONOTONIC_RAW, so that a test knows the truth:
 *
 *	phc(R) = phc0 + (R - raw0) * (1 + drift_ppb / 10^9 + adjfine)
 *
 * A parameter that changes a clock's course takes effect without a jump.
 */
#include <linux/ethtool.h>
#include <linux/etherdevice.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/net_tstamp.h>
#include <linux/netdevice.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/timekeeping.h>
#include <linux/version.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

/* adjfine's unit is 2^-16 ppm: this is the rate 1. */
#define RATE_ONE (65536ULL * 1000000ULL)

struct tpnic {
	struct net_device *dev, *peer;
	struct ptp_clock *ptp;
	struct ptp_clock_info info;
	int index;

	/* The clock: `lock` holds these four and the parameters below together. */
	spinlock_t lock;
	u64 raw0;
	s64 phc0;
	long adjfine;

	int tx_type, rx_filter;
	u32 tx_count;
};

static struct net_device *devices[2];

/* Rate error of each clock; 1500000000 runs 2.5 times too fast. */
static long drift_ppb[2];
/* PHC - REALTIME when the module was loaded. */
static long start_off_ns[2];
/* The clocks stand still. */
static int frozen;
/* Reading a clock fails with EOPNOTSUPP, as a driver without gettimex64 has it. */
static int refuse;
/* Whether the clocks answer PTP_SYS_OFFSET_PRECISE; when loaded. */
static int precise = 1;
/* Loses each Nth TX stamp; 0: none. */
static int tx_drop_every;
/* Delivers TX stamps that much later; 0: at once. */
static int tx_late_us;
/* RX filters granted: 0 none, 1 PTP_V2_EVENT only, 2 ALL. */
static int rx_mode = 2;

module_param_array(start_off_ns, long, NULL, 0444);
module_param(refuse, int, 0644);
module_param(precise, int, 0444);
module_param(tx_drop_every, int, 0644);
module_param(tx_late_us, int, 0644);
module_param(rx_mode, int, 0644);

/* ---- the clock ---------------------------------------------------------------------------------- */

static s64 phc_at(struct tpnic *t, u64 raw)
{
	s64 rate = (s64)RATE_ONE + t->adjfine + div_s64((s64)drift_ppb[t->index] * 65536, 1000);
	s64 elapsed = (s64)(raw - t->raw0);

	if (frozen)
		return t->phc0;
	if (elapsed < 0)
		return t->phc0 - (s64)mul_u64_u64_div_u64(-elapsed, rate, RATE_ONE);
	return t->phc0 + (s64)mul_u64_u64_div_u64(elapsed, rate, RATE_ONE);
}

static s64 phc_now(struct tpnic *t)
{
	unsigned long flags;
	s64 value;

	spin_lock_irqsave(&t->lock, flags);
	value = phc_at(t, ktime_get_raw_ns());
	spin_unlock_irqrestore(&t->lock, flags);
	return value;
}

/* Starts the line anew at this moment; with `lock` held, before its course changes. */
static void rebase(struct tpnic *t)
{
	u64 raw = ktime_get_raw_ns();

	t->phc0 = phc_at(t, raw);
	t->raw0 = raw;
}

static struct tpnic *of_clock(struct ptp_clock_info *info)
{
	return container_of(info, struct tpnic, info);
}

static int clock_adjfine(struct ptp_clock_info *info, long scaled_ppm)
{
	struct tpnic *t = of_clock(info);
	unsigned long flags;

	spin_lock_irqsave(&t->lock, flags);
	rebase(t);
	t->adjfine = scaled_ppm;
	spin_unlock_irqrestore(&t->lock, flags);
	return 0;
}

static void clock_step(struct tpnic *t, s64 delta)
{
	unsigned long flags;

	spin_lock_irqsave(&t->lock, flags);
	rebase(t);
	t->phc0 += delta;
	spin_unlock_irqrestore(&t->lock, flags);
}

static int clock_adjtime(struct ptp_clock_info *info, s64 delta)
{
	clock_step(of_clock(info), delta);
	return 0;
}

static int clock_settime(struct ptp_clock_info *info, const struct timespec64 *time)
{
	struct tpnic *t = of_clock(info);
	unsigned long flags;

	spin_lock_irqsave(&t->lock, flags);
	rebase(t);
	t->phc0 = timespec64_to_ns(time);
	spin_unlock_irqrestore(&t->lock, flags);
	return 0;
}

static int clock_gettimex(struct ptp_clock_info *info, struct timespec64 *time,
			  struct ptp_system_timestamp *system)
{
	s64 value;

	if (refuse)
		return -EOPNOTSUPP;
	ptp_read_system_prets(system);
	value = phc_now(of_clock(info));
	ptp_read_system_postts(system);
	*time = ns_to_timespec64(value);
	return 0;
}

static int clock_crosststamp(struct ptp_clock_info *info, struct system_device_crosststamp *stamp)
{
	struct tpnic *t = of_clock(info);
	struct system_time_snapshot now;
	unsigned long flags;

	if (refuse)
		return -EOPNOTSUPP;
	ktime_get_snapshot(&now);
	spin_lock_irqsave(&t->lock, flags);
	stamp->device = ns_to_ktime(phc_at(t, ktime_to_ns(now.raw)));
	spin_unlock_irqrestore(&t->lock, flags);
	stamp->sys_realtime = now.real;
	stamp->sys_monoraw = now.raw;
	return 0;
}

static int clock_enable(struct ptp_clock_info *info, struct ptp_clock_request *request, int on)
{
	return -EOPNOTSUPP;
}

/* ---- parameters that change a clock's course ----------------------------------------------------- */

/* Sets a parameter while both clocks are held, each rebased: no jump. Before the devices exist, just sets. */
static int set_course(const char *text, const struct kernel_param *param,
		      int (*set)(const char *, const struct kernel_param *))
{
	unsigned long flags;
	int i, result;

	if (!devices[0] || !devices[1])
		return set(text, param);
	local_irq_save(flags);
	for (i = 0; i < 2; i++) {
		struct tpnic *t = netdev_priv(devices[i]);

		spin_lock_nested(&t->lock, i);
		rebase(t);
	}
	result = set(text, param);
	for (i = 1; i >= 0; i--)
		spin_unlock(&((struct tpnic *)netdev_priv(devices[i]))->lock);
	local_irq_restore(flags);
	return result;
}

static int set_frozen(const char *text, const struct kernel_param *param)
{
	return set_course(text, param, param_set_int);
}

/* "A" for both clocks or "A,B". */
static int parse_drift(const char *text, const struct kernel_param *param)
{
	long long a, b;

	switch (sscanf(text, "%lld,%lld", &a, &b)) {
	case 1:
		b = a;
		fallthrough;
	case 2:
		drift_ppb[0] = a;
		drift_ppb[1] = b;
		return 0;
	default:
		return -EINVAL;
	}
}

static int set_drift(const char *text, const struct kernel_param *param)
{
	return set_course(text, param, parse_drift);
}

static int get_drift(char *text, const struct kernel_param *param)
{
	return sprintf(text, "%ld,%ld\n", drift_ppb[0], drift_ppb[1]);
}

/* Writing steps both clocks, in nanoseconds. */
static int set_step(const char *text, const struct kernel_param *param)
{
	long long delta;
	int result = kstrtoll(text, 0, &delta), i;

	if (result)
		return result;
	for (i = 0; i < 2; i++)
		if (devices[i])
			clock_step(netdev_priv(devices[i]), delta);
	return 0;
}

static const struct kernel_param_ops frozen_ops = { .set = set_frozen, .get = param_get_int };
static const struct kernel_param_ops drift_ops = { .set = set_drift, .get = get_drift };
static const struct kernel_param_ops step_ops = { .set = set_step };
module_param_cb(frozen, &frozen_ops, &frozen, 0644);
module_param_cb(drift_ppb, &drift_ops, drift_ppb, 0644);
module_param_cb(step_ns, &step_ops, NULL, 0200);

/* ---- late TX stamps ------------------------------------------------------------------------------ */

struct late_stamp {
	struct delayed_work work;
	struct sk_buff *skb;
	s64 phc;
};

static struct workqueue_struct *late_queue;
static atomic_t late_count;
static DECLARE_WAIT_QUEUE_HEAD(late_idle);

static void deliver_late(struct work_struct *work)
{
	struct late_stamp *late = container_of(work, struct late_stamp, work.work);
	struct skb_shared_hwtstamps stamp = { .hwtstamp = ns_to_ktime(late->phc) };

	skb_tstamp_tx(late->skb, &stamp);
	dev_kfree_skb(late->skb);
	kfree(late);
	if (atomic_dec_and_test(&late_count))
		wake_up(&late_idle);
}

static void stamp_later(struct sk_buff *skb, s64 phc)
{
	struct late_stamp *late = kmalloc(sizeof(*late), GFP_ATOMIC);

	if (!late)
		return;
	INIT_DELAYED_WORK(&late->work, deliver_late);
	late->skb = skb_get(skb);
	late->phc = phc;
	atomic_inc(&late_count);
	queue_delayed_work(late_queue, &late->work, usecs_to_jiffies(tx_late_us));
}

/* ---- the network device -------------------------------------------------------------------------- */

/* Whether the frame is a PTP event: UDP to port 319 over IPv4, or Ethertype 0x88f7. */
static bool is_ptp_event(const struct sk_buff *skb)
{
	const u8 *frame = skb->data;

	if (skb->len >= 46 && frame[12] == 0x08 && frame[13] == 0x00 && frame[23] == 17) {
		const u8 *port = frame + 14 + (frame[14] & 15) * 4 + 2;

		return port[0] == 0x01 && port[1] == 0x3f;
	}
	return skb->len >= 16 && frame[12] == 0x88 && frame[13] == 0xf7;
}

static bool wants_rx_stamp(const struct tpnic *t, const struct sk_buff *skb)
{
	return t->rx_filter == HWTSTAMP_FILTER_ALL ||
	       (t->rx_filter == HWTSTAMP_FILTER_PTP_V2_EVENT && is_ptp_event(skb));
}

static void stamp_tx(struct tpnic *t, struct sk_buff *skb)
{
	bool wanted = t->tx_type == HWTSTAMP_TX_ON && (skb_shinfo(skb)->tx_flags & SKBTX_HW_TSTAMP);

	if (wanted)
		skb_shinfo(skb)->tx_flags |= SKBTX_IN_PROGRESS;
	skb_tx_timestamp(skb);
	if (!wanted || (tx_drop_every && ++t->tx_count % tx_drop_every == 0))
		return;
	if (tx_late_us) {
		stamp_later(skb, phc_now(t));
	} else {
		struct skb_shared_hwtstamps stamp = { .hwtstamp = ns_to_ktime(phc_now(t)) };

		skb_tstamp_tx(skb, &stamp);
	}
}

static netdev_tx_t tpnic_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct tpnic *t = netdev_priv(dev), *receiver = netdev_priv(t->peer);
	unsigned int length = skb->len;
	struct sk_buff *arriving;

	stamp_tx(t, skb);
	arriving = netif_running(t->peer) ? skb_copy(skb, GFP_ATOMIC) : NULL;
	if (arriving) {
		skb_scrub_packet(arriving, true);
		if (wants_rx_stamp(receiver, arriving))
			skb_hwtstamps(arriving)->hwtstamp = ns_to_ktime(phc_now(receiver));
		arriving->protocol = eth_type_trans(arriving, t->peer);
		arriving->ip_summed = CHECKSUM_UNNECESSARY;
		dev_sw_netstats_rx_add(t->peer, length);
		netif_rx(arriving);
	}
	dev_sw_netstats_tx_add(dev, 1, length);
	dev_consume_skb_any(skb);
	return NETDEV_TX_OK;
}

/* Grants the nearest filter that rx_mode allows. */
static int configure_stamps(struct tpnic *t, int tx_type, int *rx_filter)
{
	if (tx_type != HWTSTAMP_TX_OFF && tx_type != HWTSTAMP_TX_ON)
		return -ERANGE;
	switch (*rx_filter) {
	case HWTSTAMP_FILTER_NONE:
		break;
	case HWTSTAMP_FILTER_PTP_V2_EVENT:
		if (rx_mode < 1)
			return -ERANGE;
		break;
	default:
		if (rx_mode < 2)
			return -ERANGE;
		*rx_filter = HWTSTAMP_FILTER_ALL;
	}
	t->tx_type = tx_type;
	t->rx_filter = *rx_filter;
	return 0;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
static int tpnic_get_stamps(struct net_device *dev, struct kernel_hwtstamp_config *config)
{
	struct tpnic *t = netdev_priv(dev);

	config->tx_type = t->tx_type;
	config->rx_filter = t->rx_filter;
	return 0;
}

static int tpnic_set_stamps(struct net_device *dev, struct kernel_hwtstamp_config *config,
			    struct netlink_ext_ack *ack)
{
	return configure_stamps(netdev_priv(dev), config->tx_type, &config->rx_filter);
}
#else
static int tpnic_ioctl(struct net_device *dev, struct ifreq *request, int command)
{
	struct tpnic *t = netdev_priv(dev);
	struct hwtstamp_config config = { 0, t->tx_type, t->rx_filter };
	int result;

	if (command == SIOCSHWTSTAMP) {
		if (copy_from_user(&config, request->ifr_data, sizeof(config)))
			return -EFAULT;
		result = configure_stamps(t, config.tx_type, &config.rx_filter);
		if (result)
			return result;
	} else if (command != SIOCGHWTSTAMP) {
		return -EOPNOTSUPP;
	}
	return copy_to_user(request->ifr_data, &config, sizeof(config)) ? -EFAULT : 0;
}
#endif

static int tpnic_open(struct net_device *dev)
{
	netif_start_queue(dev);
	netif_carrier_on(dev);
	return 0;
}

static int tpnic_stop(struct net_device *dev)
{
	netif_stop_queue(dev);
	return 0;
}

static const struct net_device_ops device_ops = {
	.ndo_open = tpnic_open,
	.ndo_stop = tpnic_stop,
	.ndo_start_xmit = tpnic_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_get_stats64 = dev_get_tstats64,
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	.ndo_hwtstamp_get = tpnic_get_stamps,
	.ndo_hwtstamp_set = tpnic_set_stamps,
#else
	.ndo_eth_ioctl = tpnic_ioctl,
#endif
};

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
static int tpnic_ts_info(struct net_device *dev, struct kernel_ethtool_ts_info *info)
#else
static int tpnic_ts_info(struct net_device *dev, struct ethtool_ts_info *info)
#endif
{
	struct tpnic *t = netdev_priv(dev);

	info->so_timestamping = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
				SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_TX_HARDWARE |
				SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE;
	info->phc_index = ptp_clock_index(t->ptp);
	info->tx_types = BIT(HWTSTAMP_TX_OFF) | BIT(HWTSTAMP_TX_ON);
	info->rx_filters = BIT(HWTSTAMP_FILTER_NONE);
	if (rx_mode > 0)
		info->rx_filters |= BIT(HWTSTAMP_FILTER_PTP_V2_EVENT);
	if (rx_mode > 1)
		info->rx_filters |= BIT(HWTSTAMP_FILTER_ALL);
	return 0;
}

static void tpnic_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "tpnic", sizeof(info->driver));
}

static const struct ethtool_ops tool_ops = {
	.get_ts_info = tpnic_ts_info,
	.get_drvinfo = tpnic_drvinfo,
	.get_link = ethtool_op_get_link,
};

/* ---- loading and unloading ----------------------------------------------------------------------- */

static void setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &device_ops;
	dev->ethtool_ops = &tool_ops;
	eth_hw_addr_random(dev);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
#endif
}

static const struct ptp_clock_info clock_template = {
	.owner = THIS_MODULE,
	.max_adj = 500000000,
	.adjfine = clock_adjfine,
	.adjtime = clock_adjtime,
	.gettimex64 = clock_gettimex,
	.settime64 = clock_settime,
	.enable = clock_enable,
};

static void disconnect(struct net_device *dev)
{
	if (dev && dev->reg_state == NETREG_REGISTERED)
		unregister_netdev(dev);
}

static void release(struct net_device *dev)
{
	struct tpnic *t;

	if (!dev)
		return;
	t = netdev_priv(dev);
	if (!IS_ERR_OR_NULL(t->ptp))
		ptp_clock_unregister(t->ptp);
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
	free_percpu(dev->tstats);
#endif
	free_netdev(dev);
}

static int make_one(int index, struct net_device **made)
{
	struct net_device *dev = alloc_netdev(sizeof(struct tpnic), "tp%d", NET_NAME_ENUM, setup);
	struct tpnic *t;

	if (!dev)
		return -ENOMEM;
	*made = dev;
	t = netdev_priv(dev);
	t->dev = dev;
	t->index = index;
	spin_lock_init(&t->lock);
	t->raw0 = ktime_get_raw_ns();
	t->phc0 = ktime_get_real_ns() + start_off_ns[index];
	t->info = clock_template;
	if (precise)
		t->info.getcrosststamp = clock_crosststamp;
	snprintf(t->info.name, sizeof(t->info.name), "tpnic%d", index);
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	if (!dev->tstats)
		return -ENOMEM;
#endif
	t->ptp = ptp_clock_register(&t->info, NULL);
	return IS_ERR_OR_NULL(t->ptp) ? -ENODEV : 0;
}

static void remove_all(void)
{
	/* Each sends to the other: both stop before either goes. */
	disconnect(devices[0]);
	disconnect(devices[1]);
	wait_event(late_idle, atomic_read(&late_count) == 0);
	destroy_workqueue(late_queue);
	release(devices[0]);
	release(devices[1]);
}

static int __init tpnic_init(void)
{
	int i, result;

	late_queue = alloc_workqueue("tpnic", 0, 0);
	if (!late_queue)
		return -ENOMEM;
	for (i = 0; i < 2; i++) {
		result = make_one(i, &devices[i]);
		if (result)
			goto failed;
	}
	for (i = 0; i < 2; i++)
		((struct tpnic *)netdev_priv(devices[i]))->peer = devices[1 - i];
	for (i = 0; i < 2; i++) {
		result = register_netdev(devices[i]);
		if (result)
			goto failed;
	}
	return 0;
failed:
	remove_all();
	return result;
}

static void __exit tpnic_exit(void)
{
	remove_all();
}

module_init(tpnic_init);
module_exit(tpnic_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A pair of Ethernet devices with hardware timestamps, for tests");
