package nl.velsen.baken.platform

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context

/**
 * Wakes a sleeping process once the network is there. A process that the system starts for this has no store open and
 * nobody to open it: then there is nothing to send, and the job ends.
 */
class WakeJob : JobService() {
    override fun onStartJob(parameters: JobParameters): Boolean {
        val tell = due ?: return false
        running = this to parameters
        tell()
        return true
    }

    /** The network went away again: later. */
    override fun onStopJob(parameters: JobParameters): Boolean {
        running = null
        return true
    }

    companion object {
        private const val JOB = 1

        /** Who is told, as long as the process has somebody. All of this happens on the main thread. */
        var due: (() -> Unit)? = null
        private var running: Pair<WakeJob, JobParameters>? = null

        fun done(again: Boolean) {
            running?.let { (job, parameters) -> job.jobFinished(parameters, again) }
            running = null
        }

        /** One wish at a time: the next takes the place of the one before. */
        fun wish(context: Context, need: Need): Boolean {
            val scheduler = context.getSystemService(Context.JOB_SCHEDULER_SERVICE) as JobScheduler
            val network = when (need) {
                Need.NOTHING -> {
                    scheduler.cancel(JOB)
                    return true
                }
                Need.ANY_NETWORK -> JobInfo.NETWORK_TYPE_ANY
                Need.UNMETERED_NETWORK -> JobInfo.NETWORK_TYPE_UNMETERED
            }
            val job = JobInfo.Builder(JOB, ComponentName(context, WakeJob::class.java))
                .setRequiredNetworkType(network)
                .setBackoffCriteria(30_000L, JobInfo.BACKOFF_POLICY_EXPONENTIAL)
                .build()
            return scheduler.schedule(job) == JobScheduler.RESULT_SUCCESS
        }
    }
}
